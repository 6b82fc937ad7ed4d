package io.chatserver.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes what the server says, in the form of each connection.
 *
 * <p>Threads: any; buffers belong to the caller, who releases them.
 */
public final class FrameWriter {
  /** An ordinary message; the buffer grows for a longer one. */
  private static final int INITIAL_BYTES = 256;

  private final JsonShapes shapes;
  private final LegacyWriter legacy;

  /**
   * Creates a writer.
   *
   * @param zone in which times are written as text
   */
  public FrameWriter(ZoneId zone) {
    shapes = new JsonShapes(zone);
    legacy = new LegacyWriter(shapes);
  }

  /**
   * Writes a frame as pieces; a legacy connection must send each piece separately. There are none
   * if a connection of this form does not receive the frame. The reply to a login must come from
   * {@link #fit}.
   */
  public List<ByteBuf> write(Frame frame, WireForm form, ByteBufAllocator allocator) {
    if (form.isLegacy()) {
      return legacy.write(frame, form, allocator);
    }
    if (isSilent(frame)) {
      return List.of();
    }
    return List.of(line(allocator, json -> writeModern(json, frame)));
  }

  /**
   * Whether a modern client does not receive this frame: the reply to a request without {@code rid}
   * that the original does not answer.
   */
  public boolean isSilent(Frame frame) {
    return frame instanceof Frame.Response response && isUnasked(response);
  }

  /**
   * Appends a frame for a modern client to a buffer. A failure leaves the buffer unchanged.
   *
   * @param frame a frame that is not {@link #isSilent}
   */
  public void append(Frame frame, ByteBuf buffer) {
    appendLine(buffer, json -> writeModern(json, frame));
  }

  private void writeModern(JsonGenerator json, Frame frame) throws IOException {
    switch (frame) {
      case Frame.Response response -> writeResponse(json, response);
      case Frame.Event(Push push) -> writePush(json, push);
      case Frame.Request _, Frame.Malformed _ ->
          throw new IllegalArgumentException("the server does not say " + frame);
    }
  }

  /**
   * Cuts the reply to a login to what fits into one object of this form. It leaves out friends,
   * groups and members that do not fit. Messages that are left out must follow as pushes.
   */
  public Reply.LoggedIn fit(Reply.LoggedIn login, WireForm form) {
    return form.isLegacy() ? legacy.fit(login) : login;
  }

  /**
   * Whether the original sends no reply to this request; users of telnet do not need one on success
   * either.
   */
  private static boolean isUnasked(Frame.Response response) {
    if (response.rid() != null
        || response.request() == null
        || response.reply() instanceof Reply.Failed) {
      return false;
    }
    return switch (response.request()) {
      case LOGOUT, DIRECT_CHAT, ADD_FRIEND, CREATE_GROUP, JOIN_GROUP, GROUP_CHAT, ACK -> true;
      default -> false;
    };
  }

  private void writeResponse(JsonGenerator json, Frame.Response response) throws IOException {
    if (response.rid() == null && response.reply() instanceof Reply.LoggedIn login) {
      shapes.writeOriginalLogin(json, login, WireForm.MODERN);
      return;
    }
    json.writeStartObject();
    json.writeNumberField("msgid", replyType(response.request()).number());
    if (response.rid() != null) {
      json.writeNumberField("rid", response.rid());
    }
    if (response.reply() instanceof Reply.Failed failed) {
      writeFailure(json, failed);
    } else {
      json.writeNumberField("errno", 0);
      writeReply(json, response.reply());
    }
    json.writeEndObject();
  }

  private static MessageType replyType(@Nullable MessageType request) {
    return switch (request) {
      case LOGIN -> MessageType.LOGIN_ACK;
      case REGISTER -> MessageType.REGISTER_ACK;
      case PING -> MessageType.PONG;
      case null, default -> MessageType.REPLY;
    };
  }

  private static void writeFailure(JsonGenerator json, Reply.Failed failed) throws IOException {
    json.writeNumberField("errno", failed.code().number());
    json.writeStringField("errmsg", failed.message());
    json.writeBooleanField("retryable", failed.code().isRetryable());
    if (failed.retryAfter() != null) {
      json.writeNumberField("retry_after_ms", failed.retryAfter().toMillis());
    }
  }

  private void writeReply(JsonGenerator json, Reply reply) throws IOException {
    switch (reply) {
      case Reply.Done _ -> {}
      case Reply.Registered(var id) -> json.writeNumberField("id", id.value());
      case Reply.LoggedIn login -> {
        json.writeNumberField("id", login.id().value());
        json.writeStringField("name", login.name());
        JsonShapes.writeArray(json, "friends", login.friends(), JsonShapes::writeFriend);
        JsonShapes.writeArray(json, "groups", login.groups(), JsonShapes::writeGroup);
        if (login.token() != null) {
          json.writeStringField("token", login.token().text());
          json.writeNumberField("token_expires_in_ms", login.token().lifetime().toMillis());
        }
        if (login.server() != null) {
          json.writeFieldName("server");
          JsonShapes.writeServer(json, login.server());
        }
      }
      case Reply.Sent sent -> {
        json.writeStringField("conversation", sent.conversation().toString());
        json.writeNumberField("seq", sent.seq());
        json.writeNumberField("ts", sent.sentAt().toEpochMilli());
      }
      case Reply.FriendAdded(var friend) -> {
        json.writeFieldName("friend");
        JsonShapes.writeFriend(json, friend);
      }
      case Reply.InGroup(var group) -> {
        json.writeNumberField("groupid", group.id().value());
        json.writeFieldName("group");
        JsonShapes.writeGroup(json, group);
      }
      case Reply.Friends(var friends) ->
          JsonShapes.writeArray(json, "friends", friends, JsonShapes::writeFriend);
      case Reply.Groups(var groups) ->
          JsonShapes.writeArray(json, "groups", groups, JsonShapes::writeGroup);
      case Reply.Members page -> {
        json.writeNumberField("groupid", page.group().value());
        JsonShapes.writeArray(json, "users", page.members(), JsonShapes::writeMember);
        json.writeBooleanField("more", page.more());
      }
      case Reply.History(var conversation, var entries, var more, var span) ->
          writePage(json, conversation, entries, more, span);
      case Reply.Conversations(var conversations, var more) -> {
        JsonShapes.writeArray(json, "conversations", conversations, JsonShapes::writeConversation);
        json.writeBooleanField("more", more);
      }
      case Reply.Found(var user, var group) -> {
        json.writeObjectFieldStart("found");
        if (user != null) {
          json.writeNumberField("id", user.value());
        }
        if (group != null) {
          json.writeNumberField("groupid", group.value());
        }
        json.writeEndObject();
      }
      case Reply.Pong(var time, var digest, var epoch) -> {
        json.writeNumberField("ts", time.toEpochMilli());
        if (digest != null) {
          json.writeStringField("digest", digest);
        }
        if (epoch != null) {
          json.writeStringField("epoch", epoch);
        }
      }
      case Reply.Failed failed -> writeFailure(json, failed);
    }
  }

  private void writePage(
      JsonGenerator json,
      ConversationId conversation,
      List<LogEntry> entries,
      boolean more,
      @Nullable Span span)
      throws IOException {
    json.writeStringField("conversation", conversation.toString());
    JsonShapes.writeArray(json, "messages", entries, shapes::writeEntry);
    json.writeBooleanField("more", more);
    if (span != null) {
      json.writeNumberField("after", span.after());
      json.writeNumberField("through", span.through());
    }
  }

  private void writePush(JsonGenerator json, Push push) throws IOException {
    switch (push) {
      case Push.MessageReceived(var message) -> shapes.writeChat(json, message);
      case Push.EntryReceived(var entry) -> shapes.writeEntry(json, entry);
      case Push.Page(var conversation, var entries, var more, var span) -> {
        json.writeStartObject();
        json.writeNumberField("msgid", MessageType.PAGE.number());
        writePage(json, conversation, entries, more, span);
        json.writeEndObject();
      }
      case Push.Receipt(var conversation, var user, var place) -> {
        json.writeStartObject();
        json.writeNumberField("msgid", MessageType.RECEIPT.number());
        json.writeStringField("conversation", conversation.toString());
        json.writeNumberField("id", user.value());
        JsonShapes.writePlace(json, place);
        json.writeEndObject();
      }
      case Push.Closing closing -> {
        json.writeStartObject();
        json.writeNumberField("msgid", MessageType.CLOSING.number());
        json.writeNumberField("code", closing.reason().number());
        json.writeStringField("reason", closing.reason().text());
        json.writeBooleanField("reconnect", closing.reason().mayReconnect());
        if (closing.reconnectAfter() != null) {
          json.writeNumberField("reconnect_after_ms", closing.reconnectAfter().toMillis());
        }
        json.writeEndObject();
      }
    }
  }

  /** One object and its newline. */
  static ByteBuf line(ByteBufAllocator allocator, Content content) {
    var buffer = allocator.ioBuffer(INITIAL_BYTES);
    try {
      appendLine(buffer, content);
    } catch (RuntimeException | OutOfMemoryError e) {
      buffer.release();
      throw e;
    }
    return buffer;
  }

  private static void appendLine(ByteBuf buffer, Content content) {
    int start = buffer.writerIndex();
    try (var out = new ByteBufOutputStream(buffer);
        var json = Json.FACTORY.createGenerator((OutputStream) out)) {
      content.writeTo(json);
      json.writeRaw('\n');
    } catch (IOException e) {
      buffer.writerIndex(start);
      throw new UncheckedIOException("cannot happen in memory", e);
    } catch (RuntimeException | OutOfMemoryError e) {
      buffer.writerIndex(start);
      throw e;
    }
  }

  /** The content of a line. */
  interface Content {
    void writeTo(JsonGenerator json) throws IOException;
  }
}
