package io.chatserver.protocol;

import static io.chatserver.protocol.JsonValues.duration;
import static io.chatserver.protocol.JsonValues.integer;
import static io.chatserver.protocol.JsonValues.list;
import static io.chatserver.protocol.JsonValues.smallInteger;
import static io.chatserver.protocol.JsonValues.string;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The fields of one object of the server, as they stand there, and what they make together. */
final class ResponseFields {
  long msgid;
  @Nullable Long rid;
  @Nullable Long errno;
  String errmsg = "";
  @Nullable Duration retryAfter;
  @Nullable Duration reconnectAfter;
  long code;
  int id;
  int groupId;
  @Nullable String name;
  @Nullable String conversation;
  long seq;
  @Nullable Instant timestamp;
  @Nullable String text;
  boolean more;
  @Nullable Friend friend;
  @Nullable Group group;
  @Nullable List<Friend> friends;
  @Nullable List<Group> groups;
  @Nullable List<Member> users;
  @Nullable List<LogEntry> entries;
  @Nullable Long after;
  @Nullable Long through;
  @Nullable String kind;
  int userId;
  String userName = "";
  @Nullable List<ConversationState> conversations;
  Reply.@Nullable Found found;
  @Nullable String token;
  @Nullable Duration tokenLifetime;
  @Nullable String digest;
  @Nullable String epoch;
  @Nullable ServerInfo server;
  long received;
  long read;

  /**
   * Reads one object.
   *
   * @throws IOException if it is not JSON
   * @throws IllegalArgumentException if a value cannot be what its field says
   */
  void parse(byte[] json) throws IOException {
    try (var parser = Json.parser(json)) {
      parser.nextToken();
      JsonValues.readObject(parser, this::set);
    }
  }

  private void set(String field, JsonParser parser) throws IOException {
    switch (field) {
      case "msgid" -> msgid = integer(parser);
      case "rid" -> rid = integer(parser);
      case "errno" -> errno = integer(parser);
      case "errmsg" -> errmsg = string(parser);
      case "retry_after_ms" -> retryAfter = duration(parser);
      case "reconnect_after_ms" -> reconnectAfter = duration(parser);
      case "code" -> code = integer(parser);
      case "id" -> id = smallInteger(parser);
      case "groupid" -> groupId = smallInteger(parser);
      case "name" -> name = string(parser);
      case "conversation" -> conversation = string(parser);
      case "seq" -> seq = integer(parser);
      case "ts" -> timestamp = Instant.ofEpochMilli(integer(parser));
      case "msg" -> text = string(parser);
      case "more" -> more = parser.getBooleanValue();
      case "friend" -> friend = JsonValues.friend(parser);
      case "group" -> group = JsonValues.group(parser);
      case "friends" -> friends = list(parser, JsonValues::friend);
      case "groups" -> groups = list(parser, JsonValues::group);
      case "users" -> users = list(parser, JsonValues::member);
      case "messages" -> entries = list(parser, ResponseFields::entry);
      case "after" -> after = integer(parser);
      case "through" -> through = integer(parser);
      case "kind" -> kind = string(parser);
      case "userid" -> userId = smallInteger(parser);
      case "username" -> userName = string(parser);
      case "conversations" -> conversations = list(parser, JsonValues::conversation);
      case "found" -> found = found(parser);
      case "token" -> token = string(parser);
      case "token_expires_in_ms" -> tokenLifetime = duration(parser);
      case "digest" -> digest = string(parser);
      case "epoch" -> epoch = string(parser);
      case "server" -> server = JsonValues.server(parser);
      case "received" -> received = integer(parser);
      case "read" -> read = integer(parser);
      default -> parser.skipChildren();
    }
  }

  /**
   * The fields that were read.
   *
   * @throws IllegalArgumentException if it is nothing that a server says
   */
  Frame frame() {
    return switch (MessageType.of(msgid)) {
      case LOGIN_ACK -> response(MessageType.LOGIN, this::loggedIn);
      case REGISTER_ACK ->
          response(MessageType.REGISTER, () -> new Reply.Registered(new UserId(id)));
      case PONG ->
          response(
              MessageType.PING, () -> new Reply.Pong(required("ts", timestamp), digest, epoch));
      case REPLY -> response(null, this::reply);
      case DIRECT_CHAT, GROUP_CHAT -> new Frame.Event(new Push.MessageReceived(message()));
      case PAGE ->
          new Frame.Event(
              new Push.Page(requiredConversation(), required("messages", entries), more, span()));
      case ENTRY -> new Frame.Event(new Push.EntryReceived(entry()));
      case RECEIPT ->
          new Frame.Event(
              new Push.Receipt(requiredConversation(), new UserId(id), new Place(received, read)));
      case CLOSING -> new Frame.Event(new Push.Closing(DisconnectReason.of(code), reconnectAfter));
      case null, default -> throw new IllegalArgumentException("msgid " + msgid);
    };
  }

  private Frame response(@Nullable MessageType request, Supplier<Reply> success) {
    long number = required("errno", errno);
    var reply =
        number == 0 ? success.get() : Reply.Failed.of(ErrorCode.of(number), errmsg, retryAfter);
    return new Frame.Response(rid, request, reply);
  }

  private Reply.LoggedIn loggedIn() {
    var user = new UserId(id);
    return new Reply.LoggedIn(
        user,
        required("name", name),
        orEmpty(friends),
        orEmpty(groups),
        List.of(),
        token == null
            ? null
            : new SessionToken(token, required("token_expires_in_ms", tokenLifetime)),
        server);
  }

  /** The kind of a reply shows in its fields. */
  private Reply reply() {
    if (entries != null) {
      return new Reply.History(requiredConversation(), entries, more, span());
    }
    if (conversations != null) {
      return new Reply.Conversations(conversations, more);
    }
    if (conversation != null) {
      return new Reply.Sent(
          ConversationId.parse(conversation), checkedSeq(), required("ts", timestamp));
    }
    if (found != null) {
      return found;
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

  private static Reply.Found found(JsonParser parser) throws IOException {
    var fields = new ResponseFields();
    JsonValues.readObject(parser, fields::set);
    return new Reply.Found(
        fields.id == 0 ? null : new UserId(fields.id),
        fields.groupId == 0 ? null : new GroupId(fields.groupId));
  }

  private @Nullable Span span() {
    return after == null || through == null ? null : new Span(after, through);
  }

  /** One of several entries. */
  private static LogEntry entry(JsonParser parser) throws IOException {
    var fields = new ResponseFields();
    JsonValues.readObject(parser, fields::set);
    return fields.entry();
  }

  /** Texts have no kind. */
  private LogEntry entry() {
    if (kind == null) {
      return message();
    }
    var change = MemberEntry.Change.orNull(kind);
    return change == null
        ? new UnknownEntry(requiredConversation(), checkedSeq())
        : new MemberEntry(
            requiredConversation(),
            checkedSeq(),
            change,
            new UserId(id),
            required("name", name),
            new UserId(userId),
            userName,
            required("ts", timestamp));
  }

  private ChatMessage message() {
    return new ChatMessage(
        requiredConversation(),
        checkedSeq(),
        new UserId(id),
        required("name", name),
        required("ts", timestamp),
        required("msg", text));
  }

  private ConversationId requiredConversation() {
    return ConversationId.parse(required("conversation", conversation));
  }

  private long checkedSeq() {
    if (seq < 1) {
      throw new IllegalArgumentException("seq " + seq);
    }
    return seq;
  }

  private static <T> T required(String field, @Nullable T value) {
    if (value == null) {
      throw new IllegalArgumentException(field + " is missing");
    }
    return value;
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }
}
