package io.chatserver.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.chatserver.protocol.FrameDecoder.Terminator;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Understands what the server says to a client of ours. Unknown fields are skipped; an object of an
 * unknown type, or one that is none of ours, gives a {@link Frame.Malformed}.
 *
 * <p>Threads: any; one serves all connections.
 */
public final class ResponseReader implements FrameDecoder.ObjectReader {
  @Override
  public Frame garbage(Terminator terminator) {
    return new Frame.Malformed(null, null, ErrorCode.BAD_JSON, "");
  }

  @Override
  public Frame read(byte[] json, Terminator terminator) {
    Fields fields;
    try {
      fields = Fields.parse(json);
    } catch (IOException e) {
      return new Frame.Malformed(null, null, ErrorCode.BAD_JSON, String.valueOf(e.getMessage()));
    }
    var type = MessageType.of(fields.msgid);
    try {
      return fields.frame(type);
    } catch (IllegalArgumentException e) {
      var detail = String.valueOf(e.getMessage());
      return new Frame.Malformed(fields.rid, type, ErrorCode.BAD_FIELD, detail);
    }
  }

  /** The fields of one object, as they stand there. */
  private static final class Fields {
    long msgid;
    @Nullable Long rid;
    @Nullable Long errno;
    String errmsg = "";
    @Nullable Long retryAfterMillis;
    @Nullable Long reconnectAfterMillis;
    long code;
    int id;
    int groupId;
    String name = "";
    @Nullable String conversation;
    long seq;
    long timestamp;
    String text = "";
    boolean more;
    @Nullable Friend friend;
    @Nullable Group group;
    @Nullable List<Friend> friends;
    @Nullable List<Group> groups;
    @Nullable List<Member> users;

    static Fields parse(byte[] json) throws IOException {
      var fields = new Fields();
      try (var parser = Json.FACTORY.createParser(json)) {
        parser.nextToken();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          parser.nextToken();
          fields.set(name, parser);
        }
      }
      return fields;
    }

    private void set(String field, JsonParser parser) throws IOException {
      switch (field) {
        case "msgid" -> msgid = parser.getLongValue();
        case "rid" -> rid = parser.getLongValue();
        case "errno" -> errno = parser.getLongValue();
        case "errmsg" -> errmsg = parser.getText();
        case "retry_after_ms" -> retryAfterMillis = parser.getLongValue();
        case "reconnect_after_ms" -> reconnectAfterMillis = parser.getLongValue();
        case "code" -> code = parser.getLongValue();
        case "id" -> id = parser.getIntValue();
        case "groupid" -> groupId = parser.getIntValue();
        case "name" -> name = parser.getText();
        case "conversation" -> conversation = parser.getText();
        case "seq" -> seq = parser.getLongValue();
        case "ts" -> timestamp = parser.getLongValue();
        case "msg" -> text = parser.getText();
        case "more" -> more = parser.getBooleanValue();
        case "friend" -> friend = friend(parser);
        case "group" -> group = group(parser);
        case "friends" -> friends = list(parser, Fields::friend);
        case "groups" -> groups = list(parser, Fields::group);
        case "users" -> users = list(parser, Fields::member);
        default -> parser.skipChildren();
      }
    }

    Frame frame(@Nullable MessageType type) {
      return switch (type) {
        case LOGIN_ACK -> response(MessageType.LOGIN, this::loggedIn);
        case REGISTER_ACK ->
            response(MessageType.REGISTER, () -> new Reply.Registered(new UserId(id)));
        case PONG ->
            response(MessageType.PING, () -> new Reply.Pong(Instant.ofEpochMilli(timestamp)));
        case REPLY -> response(null, this::reply);
        case DIRECT_CHAT, GROUP_CHAT -> new Frame.Event(new Push.MessageReceived(message()));
        case CLOSING -> new Frame.Event(closing());
        case null, default -> throw new IllegalArgumentException("msgid " + msgid);
      };
    }

    private Frame response(
        @Nullable MessageType request, java.util.function.Supplier<Reply> success) {
      var reply = errno != null && errno != 0 ? failed(errno) : success.get();
      return new Frame.Response(rid, request, reply);
    }

    private Reply.Failed failed(long number) {
      var retryAfter = retryAfterMillis == null ? null : Duration.ofMillis(retryAfterMillis);
      return Reply.Failed.of(ErrorCode.of(number), errmsg, retryAfter);
    }

    private Reply.LoggedIn loggedIn() {
      return new Reply.LoggedIn(new UserId(id), name, orEmpty(friends), orEmpty(groups), List.of());
    }

    /** The kind of a reply shows in its fields. */
    private Reply reply() {
      if (conversation != null) {
        return new Reply.Sent(
            ConversationId.parse(conversation), seq, Instant.ofEpochMilli(timestamp));
      }
      if (friend != null) {
        return new Reply.FriendAdded(friend);
      }
      if (group != null) {
        return new Reply.InGroup(group);
      }
      if (users != null) {
        return new Reply.Members(new GroupId(groupId), users, more);
      }
      if (friends != null) {
        return new Reply.Friends(friends);
      }
      return groups != null ? new Reply.Groups(groups) : new Reply.Done();
    }

    private ChatMessage message() {
      if (conversation == null) {
        throw new IllegalArgumentException("conversation is missing");
      }
      return new ChatMessage(
          ConversationId.parse(conversation),
          seq,
          new UserId(id),
          name,
          Instant.ofEpochMilli(timestamp),
          text);
    }

    private Push.Closing closing() {
      var after = reconnectAfterMillis == null ? null : Duration.ofMillis(reconnectAfterMillis);
      return new Push.Closing(DisconnectReason.of(code), after);
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
      return list == null ? List.of() : list;
    }

    private static <T> List<T> list(JsonParser parser, Item<T> item) throws IOException {
      var list = new ArrayList<T>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        list.add(item.read(parser));
      }
      return list;
    }

    private static Friend friend(JsonParser parser) throws IOException {
      var person = Person.read(parser);
      return new Friend(new UserId(person.id), person.name, person.online);
    }

    private static Member member(JsonParser parser) throws IOException {
      var person = Person.read(parser);
      return new Member(new UserId(person.id), person.name, person.role, person.online);
    }

    private static Group group(JsonParser parser) throws IOException {
      int id = 0;
      int memberCount = 0;
      String name = "";
      String description = "";
      List<Member> members = List.of();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        parser.nextToken();
        switch (field) {
          case "id" -> id = parser.getIntValue();
          case "groupname" -> name = parser.getText();
          case "groupdesc" -> description = parser.getText();
          case "membercount" -> memberCount = parser.getIntValue();
          case "users" -> members = list(parser, Fields::member);
          default -> parser.skipChildren();
        }
      }
      return new Group(new GroupId(id), name, description, memberCount, members);
    }
  }

  /** The fields that friends and members have in common. */
  private record Person(int id, String name, Role role, boolean online) {
    static Person read(JsonParser parser) throws IOException {
      int id = 0;
      String name = "";
      Role role = Role.NORMAL;
      boolean online = false;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        parser.nextToken();
        switch (field) {
          case "id" -> id = parser.getIntValue();
          case "name" -> name = parser.getText();
          case "role" -> role = Role.ofWireName(parser.getText());
          case "state" -> online = parser.getText().equals("online");
          default -> parser.skipChildren();
        }
      }
      return new Person(id, name, role, online);
    }
  }

  /** Reads one element of an array. */
  private interface Item<T> {
    T read(JsonParser parser) throws IOException;
  }
}
