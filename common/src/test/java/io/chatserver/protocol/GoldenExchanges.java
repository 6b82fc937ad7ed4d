package io.chatserver.protocol;

import static io.chatserver.protocol.Exchange.byHand;
import static io.chatserver.protocol.Exchange.modern;
import static io.chatserver.protocol.Exchange.original;
import static io.chatserver.protocol.Samples.ALICE;
import static io.chatserver.protocol.Samples.BOB;
import static io.chatserver.protocol.Samples.CREATOR;
import static io.chatserver.protocol.Samples.HIKERS;
import static io.chatserver.protocol.Samples.TIME;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What the golden files mean. */
final class GoldenExchanges {
  private static final Instant LATER = TIME.plusSeconds(2);
  private static final UserId CAROL = new UserId(3);
  private static final GroupId G1 = new GroupId(1);
  private static final ConversationId ALICE_BOB = ConversationId.direct(ALICE, BOB);
  private static final ChatMessage HELLO =
      new ChatMessage(ALICE_BOB, 1, ALICE, "alice", TIME, "hello bob local");
  private static final ChatMessage HI_GROUP =
      new ChatMessage(ConversationId.group(G1), 1, ALICE, "alice", LATER, "hi group");
  private static final Command REGISTER = new Command.Register("alice", "amber-wagon-41");
  private static final Command LOGIN_ALICE = loginById(ALICE, "amber-wagon-41");
  private static final Command LOGIN_BOB = loginById(BOB, "blue-kettle-72");
  private static final Command LOGIN_BY_NAME = loginByName("amber-wagon-41");
  private static final Command SEND = new Command.SendDirect(BOB, "hello bob");
  private static final Command SEND_GROUP = new Command.SendGroup(HIKERS, "hi group");
  private static final Command CREATE_G1 = new Command.CreateGroup("g1", "first group");
  private static final Member BOB_HERE = new Member(BOB, "bob", Role.NORMAL, true);
  private static final Friend BOB_AWAY = new Friend(BOB, "bob", false);
  private static final Group FOUNDED = new Group(HIKERS, "hikers", "we walk", 1, List.of(CREATOR));
  private static final Group JOINED =
      new Group(HIKERS, "hikers", "we walk", 2, List.of(CREATOR, BOB_HERE));

  private GoldenExchanges() {}

  static List<Exchange> all() {
    return Stream.of(
            ofTheOriginal(),
            withAccounts(),
            withMessages(),
            withLists(),
            ofDelivery(),
            withFaults(),
            wholeSessions())
        .flatMap(List::stream)
        .toList();
  }

  private static List<Exchange> ofTheOriginal() {
    var digits = "0123456789".repeat(95);
    var longText = new Command.SendDirect(BOB, digits);
    return List.of(
        original("register").asks(REGISTER).gets(new Reply.Registered(ALICE)),
        original("register-taken").asks(REGISTER).gets(failed(ErrorCode.NAME_TAKEN)),
        original("register-closed").asks(REGISTER).gets(failed(ErrorCode.REGISTRATION_CLOSED)),
        original("login").asks(LOGIN_BOB).gets(empty(BOB, "bob")),
        original("login-wrong")
            .asks(loginById(BOB, "brown-kettle-7"))
            .gets(failed(ErrorCode.INVALID_CREDENTIALS)),
        original("login-in-use").asks(LOGIN_BOB).gets(failed(ErrorCode.ACCOUNT_IN_USE)),
        original("login-lists").asks(LOGIN_ALICE).gets(loginWithLists()),
        original("login-offline")
            .asks(LOGIN_BOB)
            .gets(new Reply.LoggedIn(BOB, "bob", List.of(), List.of(), List.of(HELLO, HI_GROUP))),
        original("add-friend")
            .asks(new Command.AddFriend(BOB))
            .gets(new Reply.FriendAdded(BOB_AWAY)),
        original("create-group").asks(CREATE_G1).gets(new Reply.InGroup(FOUNDED)),
        original("join-group").asks(new Command.JoinGroup(G1)).gets(new Reply.InGroup(JOINED)),
        original("direct-chat")
            .asks(new Command.SendDirect(BOB, HELLO.text()))
            .gets(new Reply.Sent(ALICE_BOB, 1, TIME))
            .receives(HELLO),
        original("group-chat")
            .asks(new Command.SendGroup(G1, "hi group"))
            .gets(new Reply.Sent(ConversationId.group(G1), 1, TIME))
            .receives(HI_GROUP),
        original("logout").asks(new Command.Logout()).gets(new Reply.Done()),
        original("without-end")
            .asks(new Command.CreateGroup("g2", ""))
            .asks(new Command.SendGroup(new GroupId(2), "hi")),
        original("refused")
            .asks(new Command.SendDirect(new UserId(99), "hi"))
            .gets(failed(ErrorCode.NO_SUCH_USER)),
        original("long-text").asks(longText).receives(HELLO.withText(digits)),
        numbered("b", WireForm.legacy(Numbering.parse("b"))),
        numbered("c", WireForm.legacy(Numbering.parse("c"))));
  }

  private static Exchange numbered(String name, WireForm form) {
    return new Exchange("original-" + name + "-session", form)
        .asks(REGISTER)
        .gets(new Reply.Registered(ALICE))
        .asks(REGISTER)
        .gets(failed(ErrorCode.NAME_TAKEN))
        .asks(LOGIN_ALICE)
        .gets(empty(ALICE, "alice"))
        .asks(new Command.AddFriend(BOB))
        .asks(CREATE_G1)
        .asks(new Command.JoinGroup(new GroupId(2)))
        .asks(new Command.SendDirect(BOB, HELLO.text()))
        .receives(new ChatMessage(ALICE_BOB, 2, BOB, "bob", LATER, "hello alice"))
        .asks(new Command.SendGroup(G1, "hi group"))
        .receives(new ChatMessage(ConversationId.group(G1), 2, BOB, "bob", LATER, "hi all"))
        .asks(new Command.Logout());
  }

  private static List<Exchange> withAccounts() {
    var g1 = new Group(G1, "g1", "first group", 3, List.of(CREATOR, BOB_HERE));
    var friends = List.of(new Friend(BOB, "bob", true));
    return List.of(
        modern("register").asks(1, REGISTER).gets(new Reply.Registered(ALICE)),
        modern("register-taken").asks(1, REGISTER).gets(failed(ErrorCode.NAME_TAKEN)),
        modern("register-closed").asks(1, REGISTER).gets(failed(ErrorCode.REGISTRATION_CLOSED)),
        modern("register-weak")
            .asks(1, new Command.Register("alice", "Password1"))
            .gets(
                new Reply.Failed(
                    ErrorCode.PASSWORD_INVALID, "it is one of the commonest passwords")),
        modern("login-disabled").asks(2, LOGIN_BY_NAME).gets(failed(ErrorCode.ACCOUNT_DISABLED)),
        modern("change-password")
            .asks(7, new Command.ChangePassword("amber-wagon-41", "green-ladder-63"))
            .gets(new Reply.Done())
            .asks(8, new Command.ChangePassword("brown-kettle-7", "green-ladder-63"))
            .gets(failed(ErrorCode.INVALID_CREDENTIALS)),
        modern("login")
            .asks(2, LOGIN_BY_NAME)
            .gets(new Reply.LoggedIn(ALICE, "alice", friends, List.of(g1), List.of(HELLO))),
        modern("login-by-id").asks(2, LOGIN_BOB).gets(empty(BOB, "bob")),
        modern("login-wrong")
            .asks(2, loginByName("brown-kettle-7"))
            .gets(failed(ErrorCode.INVALID_CREDENTIALS)),
        modern("logout").asks(9, new Command.Logout()).gets(new Reply.Done()),
        byHand("register")
            .asks(new Command.Register("dave", "dusty-lamp-19"))
            .gets(new Reply.Registered(new UserId(4))),
        byHand("login")
            .asks(LOGIN_BOB)
            .gets(
                new Reply.LoggedIn(
                    BOB,
                    "bob",
                    List.of(new Friend(ALICE, "alice", true)),
                    List.of(),
                    List.of(HELLO))));
  }

  private static List<Exchange> withMessages() {
    var hikers = ConversationId.group(HIKERS);
    var odd = "\"quoted\" \\ \u0007 é 你好 😀";
    return List.of(
        modern("direct-chat")
            .asks(3, SEND)
            .gets(new Reply.Sent(ALICE_BOB, 1, TIME))
            .receives(HELLO.withText("hello bob")),
        modern("group-chat")
            .asks(4, SEND_GROUP)
            .gets(new Reply.Sent(hikers, 12, LATER))
            .receives(new ChatMessage(hikers, 12, ALICE, "alice", LATER, "hi group")),
        modern("not-a-member").asks(4, SEND_GROUP).gets(failed(ErrorCode.NOT_A_MEMBER)),
        modern("busy")
            .asks(5, new Command.SendDirect(BOB, "again"))
            .gets(new Reply.Failed(ErrorCode.BUSY, "", Duration.ofMillis(250))),
        modern("surrogates")
            .asks(20, new Command.SendDirect(BOB, odd))
            .receives(new ChatMessage(ALICE_BOB, 2, ALICE, "alice", TIME, odd)),
        byHand("chat")
            .asks(new Command.SendDirect(BOB, "hi"))
            .gets(new Reply.Sent(ALICE_BOB, 1, TIME))
            .asks(new Command.SendDirect(new UserId(99), "hi"))
            .gets(failed(ErrorCode.NO_SUCH_USER)));
  }

  private static List<Exchange> withLists() {
    return List.of(
        modern("add-friend")
            .asks(6, new Command.AddFriend(BOB))
            .gets(new Reply.FriendAdded(BOB_AWAY)),
        modern("create-group")
            .asks(7, new Command.CreateGroup("hikers", "we walk"))
            .gets(new Reply.InGroup(FOUNDED)),
        modern("join-group").asks(8, new Command.JoinGroup(HIKERS)).gets(new Reply.InGroup(JOINED)),
        modern("list-friends")
            .asks(10, new Command.ListFriends())
            .gets(new Reply.Friends(List.of(BOB_AWAY))),
        modern("list-groups")
            .asks(11, new Command.ListGroups())
            .gets(new Reply.Groups(List.of(JOINED))),
        modern("list-members")
            .asks(12, new Command.ListMembers(HIKERS, null))
            .gets(new Reply.Members(HIKERS, List.of(CREATOR), true))
            .asks(13, new Command.ListMembers(HIKERS, ALICE))
            .gets(new Reply.Members(HIKERS, List.of(BOB_HERE), false)));
  }

  private static List<Exchange> ofDelivery() {
    var hikers = ConversationId.group(HIKERS);
    var withId = new Command.SendDirect(BOB, "hello bob", new ClientMessageId("a7-1"));
    var twelve = new ChatMessage(hikers, 12, ALICE, "alice", TIME, "hi group");
    var thirteen = new ChatMessage(hikers, 13, BOB, "bob", LATER, "hi alice");
    var joined =
        new MemberEntry(
            hikers, 13, MemberEntry.Change.JOINED, CAROL, "carol", CAROL, "carol", LATER);
    var removed =
        new MemberEntry(hikers, 14, MemberEntry.Change.REMOVED, BOB, "bob", CAROL, "carol", LATER);
    var byPassword =
        new Command.Credentials.Password(new Command.Identity.ByName("alice"), "amber-wagon-41");
    var token = "Jx1mF9zQv0yO3nT5";
    return List.of(
        modern("client-id")
            .asks(3, withId)
            .gets(new Reply.Sent(ALICE_BOB, 1, TIME))
            .asks(4, withId)
            .gets(new Reply.Sent(ALICE_BOB, 1, TIME))
            .asks(5, new Command.SendDirect(BOB, "hello carol", withId.clientId()))
            .gets(failed(ErrorCode.CLIENT_ID_CONFLICT)),
        modern("login-remember")
            .asks(2, new Command.Login(byPassword, true, new Command.Resume(Map.of())))
            .gets(
                new Reply.LoggedIn(
                    ALICE,
                    "alice",
                    List.of(),
                    List.of(),
                    List.of(),
                    new SessionToken(token, Duration.ofDays(30)))),
        modern("login-resume")
            .asks(
                1,
                new Command.Login(
                    new Command.Credentials.Token(token),
                    false,
                    new Command.Resume(Map.of(ALICE_BOB, 12L, hikers, 11L))))
            .gets(empty(ALICE, "alice"))
            .pushes(new Push.Page(hikers, List.of(twelve, thirteen), false)),
        modern("entries")
            .asks(
                1,
                new Command.Login(
                    new Command.Credentials.Token(token),
                    false,
                    new Command.Resume(Map.of(hikers, 11L)),
                    true))
            .gets(empty(ALICE, "alice"))
            .pushes(new Push.Page(hikers, List.of(twelve, joined), false, new Span(11, 13)))
            .pushes(new Push.EntryReceived(removed))
            .asks(2, new Command.History(hikers, null, 12L, 50))
            .gets(new Reply.History(hikers, List.of(joined, removed), false, new Span(12, 14))),
        modern("epoch")
            .asks(
                1,
                new Command.Login(
                    new Command.Credentials.Token(token),
                    false,
                    new Command.Resume(Map.of(hikers, 11L), "9f86d081884c7d65"),
                    true))
            .gets(
                new Reply.LoggedIn(
                    ALICE,
                    "alice",
                    List.of(),
                    List.of(),
                    List.of(),
                    null,
                    new ServerInfo(
                        "1.0.0", List.of("entries", "epoch"), "ba7816bf8f01cfea", false)))
            .asks(2, new Command.Ping())
            .gets(new Reply.Pong(TIME, "0000000000000000", "ba7816bf8f01cfea"))
            .then(closing(DisconnectReason.NEW_EPOCH, Duration.ofMillis(800))),
        modern("login-token-invalid")
            .asks(
                1,
                new Command.Login(
                    new Command.Credentials.Token("old"), false, new Command.Resume(Map.of())))
            .gets(failed(ErrorCode.TOKEN_INVALID)),
        modern("acknowledge")
            .asks(new Command.Acknowledge(Map.of(ALICE_BOB, 12L, hikers, 13L), Map.of()))
            .asks(18, new Command.Acknowledge(Map.of(), Map.of(ALICE_BOB, 10L)))
            .gets(new Reply.Done())
            .pushes(new Push.Receipt(ALICE_BOB, BOB, new Place(12, 10))),
        modern("history")
            .asks(5, new Command.History(hikers, 14L, null, 2))
            .gets(new Reply.History(hikers, List.of(twelve, thirteen), true))
            .asks(6, new Command.History(hikers, null, 13L, 50))
            .gets(new Reply.History(hikers, List.of(), false)),
        modern("list-conversations")
            .asks(6, new Command.ListConversations(null))
            .gets(
                new Reply.Conversations(
                    List.of(
                        new ConversationState(hikers, 13, new Place(13, 11), null),
                        new ConversationState(ALICE_BOB, 15, new Place(12, 10), new Place(15, 3))),
                    false)),
        modern("revoke-tokens")
            .asks(7, new Command.RevokeTokens(null))
            .gets(new Reply.Done())
            .asks(8, new Command.RevokeTokens(token))
            .gets(new Reply.Done()),
        modern("find")
            .asks(8, new Command.Find("bob"))
            .gets(new Reply.Found(new UserId(2), null))
            .asks(9, new Command.Find("hikers"))
            .gets(new Reply.Found(null, new GroupId(7)))
            .asks(10, new Command.Find("nobody"))
            .gets(new Reply.Found(null, null)),
        modern("ping-digest")
            .asks(14, new Command.Ping())
            .gets(new Reply.Pong(TIME, digest(twelve, thirteen))));
  }

  private static String digest(ChatMessage... pushed) {
    var digest = new StreamDigest();
    for (var message : pushed) {
      digest.add(message.conversation(), message.seq());
    }
    return digest.text();
  }

  private static List<Exchange> withFaults() {
    var badJson = new Frame.Malformed(null, null, ErrorCode.BAD_JSON, "");
    return List.of(
        modern("ping").asks(14, new Command.Ping()).gets(new Reply.Pong(TIME)),
        new Exchange("modern-closing", WireForm.legacy(Numbering.USUAL))
            .then(closing(DisconnectReason.SHUTDOWN, Duration.ofMillis(1500))),
        new Exchange("modern-closing-final", WireForm.legacy(Numbering.USUAL))
            .then(new Frame.Event(new Push.Closing(DisconnectReason.REPLACED))),
        new Exchange("modern-closing-revoked", WireForm.legacy(Numbering.USUAL))
            .then(new Frame.Event(new Push.Closing(DisconnectReason.ACCOUNT_DISABLED)))
            .then(new Frame.Event(new Push.Closing(DisconnectReason.SESSION_REVOKED))),
        modern("unknown-type")
            .errs(new Frame.Malformed(15L, null, ErrorCode.UNKNOWN_TYPE, "msgid 99")),
        modern("bad-field")
            .errs(
                new Frame.Malformed(
                    16L, MessageType.DIRECT_CHAT, ErrorCode.BAD_FIELD, "toid has a wrong value")),
        modern("bad-json").errs(badJson),
        modern("half-object")
            .errs(badJson)
            .asks(19, new Command.Ping())
            .gets(new Reply.Pong(TIME)));
  }

  private static List<Exchange> wholeSessions() {
    var answer = new ChatMessage(ALICE_BOB, 2, BOB, "bob", LATER, "hello alice");
    return List.of(
        modern("session")
            .asks(1, REGISTER)
            .gets(new Reply.Registered(ALICE))
            .asks(2, LOGIN_BY_NAME)
            .gets(empty(ALICE, "alice"))
            .asks(3, SEND)
            .gets(new Reply.Sent(ALICE_BOB, 1, TIME))
            .receives(answer)
            .asks(4, new Command.Ping())
            .gets(new Reply.Pong(LATER))
            .asks(5, new Command.Logout())
            .gets(new Reply.Done()),
        modern("session-of-the-other")
            .asks(1, new Command.Register("bob", "blue-kettle-72"))
            .gets(new Reply.Registered(BOB))
            .asks(2, new Command.Login(new Command.Identity.ByName("bob"), "blue-kettle-72"))
            .gets(empty(BOB, "bob"))
            .receives(HELLO.withText("hello bob"))
            .asks(3, new Command.SendDirect(ALICE, answer.text()))
            .gets(new Reply.Sent(ALICE_BOB, 2, LATER)));
  }

  private static Frame closing(DisconnectReason reason, Duration after) {
    return new Frame.Event(new Push.Closing(reason, after));
  }

  /** The login whose answer was captured from the original. */
  private static Reply.LoggedIn loginWithLists() {
    var members =
        List.of(
            CREATOR,
            new Member(BOB, "bob", Role.NORMAL, false),
            new Member(CAROL, "carol", Role.NORMAL, false));
    return new Reply.LoggedIn(
        ALICE,
        "alice",
        List.of(BOB_AWAY, new Friend(CAROL, "carol", false)),
        List.of(new Group(G1, "g1", "first group", 3, members)),
        List.of());
  }

  private static Reply.LoggedIn empty(UserId id, String name) {
    return new Reply.LoggedIn(id, name, List.of(), List.of(), List.of());
  }

  private static Reply.Failed failed(ErrorCode code) {
    return new Reply.Failed(code, "");
  }

  private static Command loginById(UserId id, String password) {
    return new Command.Login(new Command.Identity.ById(id), password);
  }

  private static Command loginByName(String password) {
    return new Command.Login(new Command.Identity.ByName("alice"), password);
  }
}
