package io.chatserver.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Frame;
import io.chatserver.protocol.FrameDecoder;
import io.chatserver.protocol.FrameDecoder.Terminator;
import io.chatserver.protocol.Group;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.MessageType;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.UserId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Understands what the original's server says, as the frames of our own wire: without {@code rid},
 * and messages with the {@code seq} 0, for it numbers none.
 *
 * <p>Threads: any; one serves all connections.
 */
final class OriginalReader implements FrameDecoder.ObjectReader {
  private static final JsonFactory JSON = new JsonFactory();

  @Override
  public Frame garbage(Terminator terminator) {
    return new Frame.Malformed(null, null, ErrorCode.BAD_JSON, "");
  }

  @Override
  public Frame read(byte[] json, Terminator terminator) {
    try {
      return Fields.parse(json).frame();
    } catch (IOException | IllegalArgumentException e) {
      return new Frame.Malformed(null, null, ErrorCode.BAD_JSON, String.valueOf(e.getMessage()));
    }
  }

  /** The fields of one object, as they stand there. */
  private static final class Fields {
    long msgid;
    long errno;
    String errmsg = "";
    int id;
    int to;
    int group;
    String name = "";
    String text = "";
    List<Group> groups = List.of();
    List<ChatMessage> offline = List.of();

    static Fields parse(byte[] json) throws IOException {
      var fields = new Fields();
      try (var parser = JSON.createParser(json)) {
        parser.nextToken();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          var field = parser.currentName();
          parser.nextToken();
          fields.set(field, parser);
        }
      }
      return fields;
    }

    private void set(String field, JsonParser parser) throws IOException {
      switch (field) {
        case "msgid" -> msgid = parser.getLongValue();
        case "errno" -> errno = parser.getLongValue();
        case "errmsg" -> errmsg = parser.getText();
        case "id" -> id = parser.getIntValue();
        case "groupid" -> group = parser.getIntValue();
        case "groups" -> groups = parseAll(parser, Fields::group);
        case "offlinemsg" -> offline = parseAll(parser, Fields::message);
        case "toid", "to" -> to = parser.getIntValue();
        case "name", "groupname" -> name = parser.getText();
        case "msg" -> text = parser.getText();
        default -> parser.skipChildren();
      }
    }

    /** The lists of a login: arrays of strings that hold an object each. */
    private static <T> List<T> parseAll(JsonParser parser, Function<Fields, T> make)
        throws IOException {
      var all = new ArrayList<T>();
      while (parser.nextToken() == JsonToken.VALUE_STRING) {
        all.add(make.apply(parse(parser.getText().getBytes(StandardCharsets.UTF_8))));
      }
      return all;
    }

    Frame frame() {
      var type = MessageType.of(msgid);
      return switch (type) {
        case LOGIN_ACK -> new Frame.Response(null, MessageType.LOGIN, loginReply());
        case REGISTER_ACK -> new Frame.Response(null, MessageType.REGISTER, registerReply());
        case DIRECT_CHAT, GROUP_CHAT -> new Frame.Event(new Push.MessageReceived(message()));
        case null, default -> throw new IllegalArgumentException("msgid " + msgid);
      };
    }

    private Reply loginReply() {
      if (errno != 0) {
        return new Reply.Failed(ErrorCode.of(errno), errmsg);
      }
      return new Reply.LoggedIn(new UserId(id), name, List.of(), groups, offline);
    }

    /**
     * The original knows only one reason to refuse; ours may be busy, which is told by its number.
     */
    private Reply registerReply() {
      if (errno == 0) {
        return new Reply.Registered(new UserId(id));
      }
      return new Reply.Failed(errno == 1 ? ErrorCode.NAME_TAKEN : ErrorCode.of(errno), errmsg);
    }

    private ChatMessage message() {
      var sender = new UserId(id);
      var conversation =
          group == 0
              ? ConversationId.direct(sender, new UserId(to))
              : ConversationId.group(new GroupId(group));
      return new ChatMessage(conversation, 0, sender, name, Instant.EPOCH, text);
    }

    private Group group() {
      return new Group(new GroupId(id), name, "", 0, List.of());
    }
  }
}
