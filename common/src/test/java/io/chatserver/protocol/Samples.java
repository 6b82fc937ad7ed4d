package io.chatserver.protocol;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

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
        new Command.Register("alice", "amber-wagon-41"),
        new Command.Register(ODD_TEXT, ODD_TEXT),
        new Command.Login(new Command.Identity.ById(LAST_USER), "amber-wagon-41"),
        new Command.Login(new Command.Identity.ByName(ODD_TEXT), "amber-wagon-41"),
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
        new Command.SendDirect(BOB, "hello", new ClientMessageId("a")),
        new Command.SendGroup(HIKERS, "hi", new ClientMessageId("Az09._-".repeat(5))),
        new Command.Login(new Command.Credentials.Token("t"), true, null),
        new Command.Login(
            new Command.Credentials.Password(new Command.Identity.ById(BOB), "blue-kettle-72"),
            true,
            new Command.Resume(Map.of())),
        new Command.Login(
            new Command.Credentials.Token(ODD_TEXT),
            false,
            new Command.Resume(
                Map.of(
                    ConversationId.group(HIKERS),
                    0L,
                    ConversationId.direct(ALICE, LAST_USER),
                    Long.MAX_VALUE))),
        new Command.Acknowledge(Map.of(), Map.of()),
        new Command.Acknowledge(
            Map.of(ConversationId.group(HIKERS), 12L),
            Map.of(ConversationId.direct(ALICE, BOB), Long.MAX_VALUE)),
        new Command.History(ConversationId.group(HIKERS), null, null, 50),
        new Command.History(ConversationId.group(HIKERS), Long.MAX_VALUE, null, 1),
        new Command.History(ConversationId.direct(ALICE, BOB), null, 0L, 100),
        new Command.ListConversations(null),
        new Command.ListConversations(ConversationId.group(HIKERS)),
        new Command.RevokeTokens(null),
        new Command.RevokeTokens("t"),
        new Command.ChangePassword("amber-wagon-41", ODD_TEXT),
        new Command.Find(ODD_TEXT),
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
        of(MessageType.PING, new Reply.Pong(TIME, "00000000000000ff")),
        of(
            MessageType.LOGIN,
            new Reply.LoggedIn(
                ALICE,
                "a",
                List.of(),
                List.of(),
                List.of(),
                new SessionToken("t", Duration.ofDays(30)))),
        of(MessageType.HISTORY, new Reply.History(group("a").conversation(), List.of(), false)),
        of(
            MessageType.HISTORY,
            new Reply.History(
                direct("a").conversation(), List.of(direct("a"), direct(ODD_TEXT)), true)),
        of(
            MessageType.HISTORY,
            new Reply.History(
                group("a").conversation(),
                List.of(joined(1), group("a"), removed(9)),
                false,
                new Span(0, 9))),
        of(MessageType.LIST_CONVERSATIONS, new Reply.Conversations(List.of(), false)),
        of(
            MessageType.LIST_CONVERSATIONS,
            new Reply.Conversations(
                List.of(
                    new ConversationState(
                        ConversationId.group(HIKERS), Long.MAX_VALUE, new Place(2, 1), null),
                    new ConversationState(
                        ConversationId.direct(ALICE, BOB), 0, new Place(0, 0), new Place(9, 8))),
                true)),
        of(MessageType.FIND, new Reply.Found(null, null)),
        of(MessageType.FIND, new Reply.Found(LAST_USER, null)),
        of(MessageType.FIND, new Reply.Found(ALICE, HIKERS)),
        of(MessageType.LOGIN, new Reply.Failed(ErrorCode.INVALID_CREDENTIALS, "")),
        of(MessageType.REGISTER, new Reply.Failed(ErrorCode.NAME_TAKEN, "")),
        of(MessageType.PING, new Reply.Failed(ErrorCode.INTERNAL, "")),
        of(MessageType.ADD_FRIEND, new Reply.Failed(ErrorCode.BAD_FIELD, ODD_TEXT)),
        of(
            MessageType.GROUP_CHAT,
            new Reply.Failed(ErrorCode.BUSY, "a: b", Duration.ofMillis(250))));
  }

  private static MemberEntry joined(long seq) {
    return change(seq, MemberEntry.Change.JOINED, BOB);
  }

  private static MemberEntry removed(long seq) {
    return change(seq, MemberEntry.Change.REMOVED, ALICE);
  }

  private static MemberEntry change(long seq, MemberEntry.Change change, UserId by) {
    var hikers = ConversationId.group(HIKERS);
    return new MemberEntry(
        hikers, seq, change, by, ODD_TEXT, BOB, "bob", Instant.ofEpochMilli(1795226869000L));
  }

  static List<Push> pushes() {
    return List.of(
        new Push.MessageReceived(direct("hello")),
        new Push.MessageReceived(direct(ODD_TEXT)),
        new Push.MessageReceived(direct("")),
        new Push.MessageReceived(group(ODD_TEXT)),
        new Push.Page(direct("a").conversation(), List.of(direct("a"), direct(ODD_TEXT)), true),
        new Push.Page(group("a").conversation(), List.of(), false),
        new Push.EntryReceived(joined(1)),
        new Push.EntryReceived(removed(Long.MAX_VALUE)),
        new Push.Page(
            joined(1).conversation(),
            List.of(joined(1), group("a"), removed(9)),
            true,
            new Span(0, 12)),
        new Push.Page(joined(1).conversation(), List.of(), false, new Span(3, 3)),
        new Push.Receipt(direct("a").conversation(), BOB, new Place(Long.MAX_VALUE, 0)),
        new Push.Closing(DisconnectReason.SHUTDOWN, Duration.ofMillis(1500)),
        new Push.Closing(DisconnectReason.REPLACED),
        new Push.Closing(DisconnectReason.ACCOUNT_DISABLED),
        new Push.Closing(DisconnectReason.SESSION_REVOKED));
  }

  private static Frame.Response of(MessageType request, Reply reply) {
    return new Frame.Response(Long.MIN_VALUE, request, reply);
  }
}
