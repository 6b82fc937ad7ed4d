package io.chatserver.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.FrameDecoder;
import io.chatserver.protocol.UserId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * The wire of the C++ original and nothing else: fields in alphabetical order, a NUL behind each
 * object, no answer to a chat.
 */
final class OriginalWire implements Wire {
  /** An ordinary message; the buffer grows for a longer one. */
  private static final int INITIAL_BYTES = 256;

  /** The sender's clock in its text form; servers pass it on or replace it, and nobody reads it. */
  private static final String TIME = "2026-01-01 00:00:00";

  private static final JsonFactory JSON = new JsonFactory();

  private final OriginalReader reader = new OriginalReader();

  @Override
  public String name() {
    return "original";
  }

  @Override
  public ByteBuf write(
      long rid, @Nullable Account self, Command command, ByteBufAllocator allocator) {
    var buffer = allocator.ioBuffer(INITIAL_BYTES);
    boolean written = false;
    try (var out = new ByteBufOutputStream(buffer);
        var json = JSON.createGenerator((OutputStream) out)) {
      json.writeStartObject();
      writeFields(json, self, command);
      json.writeEndObject();
      json.writeRaw('\0');
      written = true;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot happen in memory", e);
    } finally {
      if (!written) {
        buffer.release();
      }
    }
    return buffer;
  }

  private static void writeFields(JsonGenerator json, @Nullable Account self, Command command)
      throws IOException {
    switch (command) {
      case Command.Register(var name, var password) -> {
        writeType(json, command);
        json.writeStringField("name", name);
        json.writeStringField("password", password);
      }
      case Command.Login(
              Command.Credentials.Password(Command.Identity.ById(var id), var password),
              _,
              _,
              _) -> {
        json.writeNumberField("id", id.value());
        writeType(json, command);
        json.writeStringField("password", password);
      }
      case Command.SendDirect(var to, var text, _) -> {
        writeSpeaker(json, self, command, text);
        json.writeNumberField("toid", to.value());
      }
      case Command.SendGroup(var group, var text, _) -> {
        json.writeNumberField("groupid", group.value());
        writeSpeaker(json, self, command, text);
      }
      case Command.CreateGroup(var name, var description) -> {
        json.writeStringField("groupdesc", description);
        json.writeStringField("groupname", name);
        writeSelf(json, self);
        writeType(json, command);
      }
      case Command.JoinGroup(var group) -> {
        json.writeNumberField("groupid", group.value());
        writeSelf(json, self);
        writeType(json, command);
      }
      case Command.Logout() -> {
        writeSelf(json, self);
        writeType(json, command);
      }
      default -> throw new IllegalArgumentException("the original does not know " + command);
    }
  }

  private static void writeSpeaker(
      JsonGenerator json, @Nullable Account self, Command command, String text) throws IOException {
    var speaker = writeSelf(json, self);
    json.writeStringField("msg", text);
    writeType(json, command);
    json.writeStringField("name", speaker.name());
    json.writeStringField("time", TIME);
  }

  private static Account writeSelf(JsonGenerator json, @Nullable Account self) throws IOException {
    if (self == null || self.id() == null) {
      throw new IllegalArgumentException("the original has to be told who speaks");
    }
    json.writeNumberField("id", self.id().value());
    return self;
  }

  private static void writeType(JsonGenerator json, Command command) throws IOException {
    json.writeNumberField("msgid", command.type().number());
  }

  @Override
  public FrameDecoder.ObjectReader reader() {
    return reader;
  }

  @Override
  public Command.Login login(Account account) {
    UserId id = account.id();
    if (id == null) {
      throw new BenchFailed("the original logs in by number, and that of " + account + " is lost");
    }
    return new Command.Login(new Command.Identity.ById(id), account.password());
  }

  @Override
  public Command probe(Account account) {
    // It refuses this one, as the user is logged in; all else it does not answer.
    return login(account);
  }

  @Override
  public int loginsAtOnce() {
    // It crashes when several come or go at a time.
    return 1;
  }

  @Override
  public boolean promisesDelivery() {
    return false;
  }

  @Override
  public boolean acknowledges() {
    return false;
  }
}
