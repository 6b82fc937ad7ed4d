package io.chatserver.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.awaitility.Awaitility.await;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ClientMessageId;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.ConversationState;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.LogEntry;
import io.chatserver.protocol.MemberEntry;
import io.chatserver.protocol.Place;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.Span;
import io.chatserver.protocol.StreamDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Entries that are no texts, to clients that read them and to clients that do not. */
class EntriesTest {
  private final TestServer server = TestServer.start();
  private final TestUser alice = server.loggedIn("alice");
  private final TestUser bob = server.registered("bob");
  private final GroupId group = alice.createGroup(TestUser.unique("group"));
  private final ConversationId conversation = ConversationId.group(group);

  @BeforeEach
  void bobJoins() {
    bob.logIn();
    bob.join(group);
  }

  @AfterEach
  void stop() {
    alice.close();
    bob.close();
    server.close();
  }

  /** Another device of a user, which reads entries. */
  private TestUser reading(TestUser user, Map<ConversationId, Long> cursors) {
    var device = server.connect();
    device.actAs(user);
    device.resume(cursors, true);
    return device;
  }

  private static List<String> kinds(List<LogEntry> entries) {
    return entries.stream()
        .map(entry ->
            switch (entry) {
              case ChatMessage message -> message.seq() + " " + message.text();
              case MemberEntry change -> change.seq() + " " + change.change().wireName();
              default -> throw new AssertionError(entry);
            })
        .toList();
  }

  private static List<String> history(TestUser user, Command.History asked) {
    return kinds(((Reply.History) user.request(asked)).entries());
  }

  private Command.History first(int limit) {
    return new Command.History(conversation, null, 0L, limit);
  }

  @Test
  void aDeviceThatWasAwayLearnsInOrderWhoJoined() {
    alice.say(group, "hello");
    try (var carol = server.loggedIn("carol")) {
      carol.join(group);
    }
    try (var device = reading(alice, Map.of(conversation, 0L))) {
      var page = device.nextPage();
      assertThat(kinds(page.entries())).containsExactly("1 joined", "2 hello", "3 joined");
      assertThat(page.span()).isEqualTo(new Span(0, 3));
      var joined = (MemberEntry) page.entries().getFirst();
      assertThat(joined.user()).isEqualTo(bob.id());
      assertThat(joined.userName()).isEqualTo(bob.name());

      var digest = new StreamDigest();
      page.entries().forEach(entry -> digest.add(conversation, entry.seq()));
      assertThat(device.request(new Command.Ping()))
          .asInstanceOf(type(Reply.Pong.class))
          .satisfies(pong -> assertThat(pong.digest()).isEqualTo(digest.text()));
    }
  }

  @Test
  void aSessionSeesAtOnceWhoJoins() {
    try (var carol = server.loggedIn("carol");
        var device = reading(alice, Map.of(conversation, 1L))) {
      carol.join(group);

      assertThat(device.nextPush())
          .isInstanceOfSatisfying(
              Push.EntryReceived.class,
              push -> assertThat(kinds(List.of(push.entry()))).containsExactly("2 joined"));
    }
  }

  @Test
  void aClientOfTextsGetsThemOnceAndNothingElse() {
    try (var carol = server.loggedIn("carol");
        var device = server.connect()) {
      device.actAs(alice);
      device.resume(Map.of(conversation, 0L));
      bob.say(group, "one");
      carol.join(group);
      bob.say(group, "two");

      var got = new ArrayList<Long>();
      while (got.size() < 2) {
        device.nextMessages().forEach(message -> got.add(message.seq()));
      }
      assertThat(got).containsExactly(2L, 4L);
      assertThat(device.isServed()).isTrue();
      assertThat(device.pushAtHand()).isNull();
      assertThat(history(device, first(10))).containsExactly("2 one", "4 two");
    }
  }

  /** Its acknowledgement alone would leave such a client with a gap that it does not know. */
  @Test
  void anOwnTextBehindOtherEntriesIsPushedToo() {
    try (var carol = server.loggedIn("carol");
        var device = server.connect()) {
      device.actAs(alice);
      device.resume(Map.of(conversation, 1L));
      carol.join(group);
      device.say(group, "mine");

      assertThat(device.nextMessage().text()).isEqualTo("mine");

      device.say(group, "again");
      assertThat(device.isServed()).isTrue();
      assertThat(device.pushAtHand()).isNull();
    }
  }

  @Test
  void unreadCountsTexts() {
    alice.say(group, "one");
    try (var carol = server.loggedIn("carol");
        var device = reading(bob, Map.of())) {
      carol.join(group);
      assertThat(state(device))
          .isEqualTo(new ConversationState(conversation, 3, 1, new Place(0, 0), null));

      bob.acknowledge(Map.of(), Map.of(conversation, 2L));
      await().untilAsserted(() -> assertThat(state(device).unread()).isZero());
      assertThat(state(device).own().read()).isEqualTo(2);
      // A client of texts takes the head less the place for what is unread.
      assertThat(state(bob).head() - state(bob).own().read()).isZero();
    }
  }

  /** How the group stands for a user; what was received is left out, for it may be late. */
  private ConversationState state(TestUser user) {
    var reply = (Reply.Conversations) user.request(new Command.ListConversations(null));
    return reply.conversations().stream()
        .filter(each -> each.conversation().equals(conversation))
        .map(each ->
            new ConversationState(
                conversation,
                each.head(),
                each.unread(),
                new Place(0, each.own().read()),
                each.peer()))
        .findFirst()
        .orElseThrow();
  }

  /** The node was not told; the log tells it. */
  @Test
  void aRemovedMemberMeetsTheRemovalAndNothingBehindIt() {
    try (var device = reading(bob, Map.of(conversation, 1L));
        var plain = server.connect()) {
      plain.actAs(bob);
      plain.resume(Map.of(conversation, 1L));
      server.removeUntold(group, bob, alice);
      alice.say(group, "secret");

      assertThat(kinds(device.nextPage().entries())).containsExactly("2 removed");
      for (var each : List.of(device, plain)) {
        assertThat(each.isServed()).isTrue();
        assertThat(each.pushAtHand()).isNull();
        assertThat(history(each, first(10))).doesNotContain("3 secret");
      }
      assertThat(history(device, new Command.History(conversation, null, null, 10)))
          .containsExactly("1 joined", "2 removed");
      assertThat(state(device).head()).isEqualTo(2);
      assertThat(((Reply.Groups) device.request(new Command.ListGroups())).groups()).isEmpty();
    }
  }

  /** Before there were entries, nobody was told of who joined. */
  @Test
  void whoJoinedLongAgoAndSawNothingYetReadsToTheEnd() {
    try (var carol = server.loggedIn("carol")) {
      carol.join(group);
      server.execute(
          "UPDATE member SET joined_seq = 2, received_seq = 2 WHERE user_id = " + carol.id());

      var reply = (Reply.History) carol.request(first(10));
      assertThat(reply.entries()).isEmpty();
      assertThat(reply.more()).isFalse();
    }
  }

  /** The log judges, and not what the node or the session knew. */
  @Test
  void whoWasRemovedMayNotWriteThoughNobodyToldAndMayRepeatWhatIsStored() {
    var stored = new Command.SendGroup(group, "before", new ClientMessageId("a"));
    assertThat(seqOf(bob.request(stored))).isEqualTo(2);
    server.removeUntold(group, bob, alice);

    checkNotAMember(bob.request(new Command.SendGroup(group, "behind")));
    checkNotAMember(bob.request(new Command.SendGroup(group, "behind", new ClientMessageId("b"))));
    assertThat(seqOf(bob.request(stored))).isEqualTo(2);

    try (var device = reading(bob, Map.of(conversation, 3L))) {
      checkNotAMember(device.request(new Command.SendGroup(group, "behind")));
      checkNotAMember(
          device.request(new Command.SendGroup(group, "behind", new ClientMessageId("c"))));
      assertThat(seqOf(device.request(stored))).isEqualTo(2);
    }
    assertThat(seqOf(alice.request(new Command.SendGroup(group, "after")))).isEqualTo(4);
  }

  private static long seqOf(Reply reply) {
    return ((Reply.Sent) reply).seq();
  }

  private static void checkNotAMember(Reply reply) {
    assertThat(reply)
        .isInstanceOfSatisfying(
            Reply.Failed.class,
            failed -> assertThat(failed.code()).isEqualTo(ErrorCode.NOT_A_MEMBER));
  }

  @Test
  void whoJoinsAgainSeesBothRangesAndNothingInBetween() {
    alice.say(group, "before");
    server.removeUntold(group, bob, alice);
    alice.say(group, "secret");
    bob.join(group);
    alice.say(group, "after");

    var visible = List.of("1 joined", "2 before", "3 removed", "5 joined", "6 after");
    try (var device = reading(bob, Map.of(conversation, 0L))) {
      var got = new ArrayList<LogEntry>();
      while (got.size() < visible.size()) {
        got.addAll(device.nextPage().entries());
      }
      assertThat(kinds(got)).isEqualTo(visible);
      assertThat(history(device, first(10))).isEqualTo(visible);
      assertThat(history(device, new Command.History(conversation, null, null, 10)))
          .isEqualTo(visible);
      assertThat(history(device, first(1))).containsExactly("1 joined", "2 before");
      assertThat(history(device, new Command.History(conversation, 6L, null, 1)))
          .containsExactly("2 before", "3 removed", "5 joined");
      assertThat(state(device).unread()).isEqualTo(1);
    }
  }
}
