package io.chatserver.protocol;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** At least one of everything that can be said. */
final class Samples {
  /** Every kind of character that JSON, UTF-8 or a C++ client treats in its own way. */
  static final String ODD_TEXT =
      "\"quoted\" \\ / \b\f\n\r\t \u0000\u0001\u001f\u007f {[}] é ß 你好 \u2028 \uffff 😀 👩‍👩‍👧";

  static final Instant TIME = Instant.parse("2026-11-21T02:07:49Z");
  static final UserId ALICE = new UserId(1);
  static final UserId BOB = new UserId(2);
  static final UserId LAST_USER = new UserId(Integer.MAX_VALUE);
  static final GroupId HIKERS = new GroupId(7);
  static final Member CREATOR = new Member(ALICE, "alice", Role.CREATOR, true);
  static final Member NORMAL = new Member(LAST_USER, ODD_TEXT, Role.NORMAL, false);
  static final Friend FRIEND = new Friend(BOB, "bob", true);
  static final Group GROUP = new Group(HIKERS, "hikers", "we walk", 1000, List.of(CREATOR, NORMAL));
  static final Group EMPTY_GROUP = new Group(new GroupId(8), "g", "", 0, List.of());

  private Samples() {}

  static ChatMessage direct(String text) {
    return new ChatMessage(ConversationId.direct(ALICE, BOB), 5, ALICE, "alice", TIME, text);
  }

  static ChatMessage group(String text) {
    return new ChatMessage(
        ConversationId.group(HIKERS), Long.MAX_VALUE, LAST_USER, ODD_TEXT, TIME, text);
  }

  static List<Command> commands() {
    return List.of(
        new Command.Register("alice", "pwA"),
        new Command.Register(ODD_TEXT, ODD_TEXT),
        new Command.Login(new Command.Identity.ById(LAST_USER), "pwA"),
        new Command.Login(new Command.Identity.ByName(ODD_TEXT), "pwA"),
        new Command.Logout(),
        new Command.SendDirect(BOB, "hello"),
        new Command.SendDirect(LAST_USER, ODD_TEXT),
        new Command.SendDirect(BOB, ""),
        new Command.SendGroup(HIKERS, ODD_TEXT),
        new Command.AddFriend(BOB),
        new Command.CreateGroup("hikers", ODD_TEXT),
        new Command.CreateGroup(ODD_TEXT, ""),
        new Command.JoinGroup(HIKERS),
        new Command.ListFriends(),
        new Command.ListGroups(),
        new Command.ListMembers(HIKERS, null),
        new Command.ListMembers(new GroupId(Integer.MAX_VALUE), ALICE),
        new Command.Ping());
  }

  static List<Frame.Response> responses() {
    return List.of(
        of(MessageType.LOGOUT, new Reply.Done()),
        of(MessageType.REGISTER, new Reply.Registered(LAST_USER)),
        of(MessageType.LOGIN, new Reply.LoggedIn(ALICE, "a", List.of(), List.of(), List.of())),
        of(
            MessageType.LOGIN,
            new Reply.LoggedIn(
                ALICE, ODD_TEXT, List.of(FRIEND), List.of(GROUP, EMPTY_GROUP), List.of())),
        of(
            MessageType.DIRECT_CHAT,
            new Reply.Sent(ConversationId.direct(ALICE, LAST_USER), 1, TIME)),
        of(
            MessageType.GROUP_CHAT,
            new Reply.Sent(ConversationId.group(HIKERS), Long.MAX_VALUE, TIME)),
        of(MessageType.ADD_FRIEND, new Reply.FriendAdded(FRIEND)),
        of(MessageType.CREATE_GROUP, new Reply.InGroup(EMPTY_GROUP)),
        of(MessageType.JOIN_GROUP, new Reply.InGroup(GROUP)),
        of(MessageType.LIST_FRIENDS, new Reply.Friends(List.of())),
        of(MessageType.LIST_FRIENDS, new Reply.Friends(List.of(FRIEND, FRIEND))),
        of(MessageType.LIST_GROUPS, new Reply.Groups(List.of())),
        of(MessageType.LIST_GROUPS, new Reply.Groups(List.of(GROUP))),
        of(MessageType.LIST_MEMBERS, new Reply.Members(HIKERS, List.of(CREATOR, NORMAL), true)),
        of(MessageType.LIST_MEMBERS, new Reply.Members(HIKERS, List.of(), false)),
        of(MessageType.PING, new Reply.Pong(TIME)),
        of(MessageType.LOGIN, new Reply.Failed(ErrorCode.INVALID_CREDENTIALS, "")),
        of(MessageType.REGISTER, new Reply.Failed(ErrorCode.NAME_TAKEN, "")),
        of(MessageType.PING, new Reply.Failed(ErrorCode.INTERNAL, "")),
        of(MessageType.ADD_FRIEND, new Reply.Failed(ErrorCode.BAD_FIELD, ODD_TEXT)),
        of(
            MessageType.GROUP_CHAT,
            new Reply.Failed(ErrorCode.BUSY, "a: b", Duration.ofMillis(250))));
  }

  static List<Push> pushes() {
    return List.of(
        new Push.MessageReceived(direct("hello")),
        new Push.MessageReceived(direct(ODD_TEXT)),
        new Push.MessageReceived(direct("")),
        new Push.MessageReceived(group(ODD_TEXT)),
        new Push.Closing(DisconnectReason.SHUTDOWN, Duration.ofMillis(1500)),
        new Push.Closing(DisconnectReason.REPLACED));
  }

  private static Frame.Response of(MessageType request, Reply reply) {
    return new Frame.Response(Long.MIN_VALUE, request, reply);
  }
}
