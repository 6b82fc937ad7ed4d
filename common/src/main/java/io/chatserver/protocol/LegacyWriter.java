package io.chatserver.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes for the C++ clients, which read into 1,024 bytes, take what one read gives for one
 * message, and abort on half a one or on one field too few.
 *
 * <p>So every object is filled up with blanks to exactly 1,023 bytes and a NUL: however the
 * client's reads fall behind, each gives one whole object ({@code
 * docs/decisions/0002-legacy-padding.md}).
 */
final class LegacyWriter {
  /** The size of the client's buffer, including the NUL. */
  static final int FRAME_BYTES = 1024;

  private static final int MAX_JSON_BYTES = FRAME_BYTES - 1;

  private static final byte[] BLANKS = " ".repeat(MAX_JSON_BYTES).getBytes(US_ASCII);

  /**
   * A longer detail is left out. A detail of this length always fits, as JSON and with its code's
   * text.
   */
  private static final int MAX_DETAIL_CHARS = 100;

  private final JsonShapes shapes;

  LegacyWriter(JsonShapes shapes) {
    this.shapes = shapes;
  }

  List<ByteBuf> write(Frame frame, WireForm form, ByteBufAllocator allocator) {
    return switch (frame) {
      case Frame.Response response -> writeResponse(response, form, allocator);
      case Frame.Event(Push.MessageReceived(var message)) -> writeChat(message, form, allocator);
      case Frame.Event(Push _) -> List.of();
      case Frame.Request _, Frame.Malformed _ ->
          throw new IllegalArgumentException("the server does not say " + frame);
    };
  }

  private List<ByteBuf> writeResponse(
      Frame.Response response, WireForm form, ByteBufAllocator allocator) {
    return switch (response.request()) {
      case LOGIN -> List.of(padded(loginAnswer(response.reply(), form), allocator));
      case REGISTER -> List.of(padded(registerAnswer(response.reply(), form), allocator));
      case null, default -> List.of();
    };
  }

  private byte[] loginAnswer(Reply reply, WireForm form) {
    return bytes(json -> {
      if (reply instanceof Reply.LoggedIn login) {
        shapes.writeOriginalLogin(json, login, form);
      } else {
        writeFailure(json, (Reply.Failed) reply, form.number(MessageType.LOGIN_ACK));
      }
    });
  }

  private static byte[] registerAnswer(Reply reply, WireForm form) {
    int msgid = form.number(MessageType.REGISTER_ACK);
    return bytes(json -> {
      if (reply instanceof Reply.Registered(var id)) {
        json.writeStartObject();
        json.writeNumberField("errno", 0);
        json.writeNumberField("id", id.value());
        json.writeNumberField("msgid", msgid);
        json.writeEndObject();
      } else {
        writeFailure(json, (Reply.Failed) reply, msgid);
      }
    });
  }

  /** The client prints {@code errmsg} after a login, and its own words after a register. */
  private static void writeFailure(JsonGenerator json, Reply.Failed failed, int msgid)
      throws IOException {
    json.writeStartObject();
    if (failed.code() == ErrorCode.NAME_TAKEN || failed.code() == ErrorCode.REGISTRATION_CLOSED) {
      json.writeNumberField("errno", 1);
    } else {
      boolean brief = failed.detail().length() <= MAX_DETAIL_CHARS;
      json.writeStringField("errmsg", brief ? failed.message() : failed.code().text());
      json.writeNumberField("errno", failed.code().number());
    }
    json.writeNumberField("msgid", msgid);
    json.writeEndObject();
  }

  /** A text that is too long for one object becomes several messages. */
  private List<ByteBuf> writeChat(ChatMessage sent, WireForm form, ByteBufAllocator allocator) {
    var message = sent.withText(LegacyText.harmless(sent.text()));
    int room = MAX_JSON_BYTES - chat(message.withText(""), form).length;
    var frames = new ArrayList<ByteBuf>(1);
    int start = 0;
    do {
      int end = pieceEnd(message.text(), start, room);
      var piece = message.withText(message.text().substring(start, end));
      frames.add(padded(chat(piece, form), allocator));
      start = end;
    } while (start < message.text().length());
    return frames;
  }

  private byte[] chat(ChatMessage message, WireForm form) {
    return bytes(json -> shapes.writeOriginalChat(json, message, form));
  }

  /**
   * Returns the end of a piece of text with at most a number of bytes as JSON; the piece is never
   * empty.
   */
  private static int pieceEnd(String text, int start, int room) {
    int used = 0;
    int end = start;
    while (end < text.length()) {
      int character = text.codePointAt(end);
      used += encodedBytes(character);
      if (used > room && end > start) {
        return end;
      }
      end += Character.charCount(character);
    }
    return end;
  }

  private static int encodedBytes(int character) {
    if (character < 0x20) {
      return "\b\t\n\f\r".indexOf(character) >= 0 ? 2 : 6;
    }
    if (character < 0x80) {
      return character == '"' || character == '\\' ? 2 : 1;
    }
    if (character < 0x800) {
      return 2;
    }
    return character < 0x10000 ? 3 : 4;
  }

  Reply.LoggedIn fit(Reply.LoggedIn login) {
    return new LoginFit(login, this::fits).cut();
  }

  /** Whether it fits in any numbering: until it is written, another request may show which. */
  private boolean fits(Reply.LoggedIn login) {
    return loginAnswer(login, WireForm.legacy(Numbering.LONGEST)).length <= MAX_JSON_BYTES;
  }

  private static byte[] bytes(FrameWriter.Content content) {
    try (var out = new ByteArrayBuilder(FRAME_BYTES);
        var json = Json.FACTORY.createGenerator(out)) {
      content.writeTo(json);
      json.flush();
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot happen in memory", e);
    }
  }

  private static ByteBuf padded(byte[] json, ByteBufAllocator allocator) {
    if (json.length > MAX_JSON_BYTES) {
      throw new IllegalArgumentException(json.length + " bytes do not fit a legacy frame");
    }
    var frame = allocator.ioBuffer(FRAME_BYTES, FRAME_BYTES);
    frame.writeBytes(json);
    return frame.writeBytes(BLANKS, json.length, MAX_JSON_BYTES - json.length).writeByte(0);
  }
}
