package io.chatserver.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ClientMessageId;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.ConversationState;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Place;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.StreamDigest;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a client of ours can rely on: repeats, resumption, acknowledgements, history. */
class DeliveryTest {
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static ConversationId between(TestUser one, TestUser other) {
    return ConversationId.direct(one.id(), other.id());
  }

  @Test
  void aRepeatStandsWhereItStoodAndIsDeliveredToNobodyAgain() {
    try (var alice = server.loggedIn("alice");
        var device = server.secondDeviceOf(alice);
        var bob = server.loggedIn("bob")) {
      var first = alice.say(bob.id(), "one", "a1");
      alice.say(bob, "two");

      assertThat(alice.say(bob.id(), "one", "a1")).isEqualTo(first);
      assertThat(device.say(bob.id(), "one", "a1")).isEqualTo(first);
      alice.say(bob, "three");

      assertThat(List.of(bob.nextText(), bob.nextText(), bob.nextText()))
          .containsExactly("one", "two", "three");
      assertThat(List.of(device.nextText(), device.nextText(), device.nextText()))
          .containsExactly("one", "two", "three");
    }
  }

  @Test
  void repeatsInOneBatchAreOneMessage() {
    try (var alice = server.loggedIn("alice");
        var bob = server.loggedIn("bob")) {
      alice.say(bob, "first");
      var rids = new ArrayList<Long>();
      for (int i = 0; i < 200; i++) {
        var clientId = new ClientMessageId("batch-" + i / 4);
        rids.add(alice.send(new Command.SendDirect(bob.id(), "text " + i / 4, clientId)));
      }

      for (int i = 0; i < 200; i++) {
        var sent = (Reply.Sent) alice.reply(rids.get(i));
        assertThat(sent.seq()).isEqualTo(2 + i / 4);
      }
      assertThat(bob.nextText()).isEqualTo("first");
      for (int i = 0; i < 50; i++) {
        assertThat(bob.nextText()).isEqualTo("text " + i);
      }
    }
  }

  @Test
  void aRepeatIsKnownAfterARestart() {
    try (var other = TestServer.start();
        var alice = other.loggedIn("alice");
        var bob = other.registered("bob")) {
      var first = alice.say(bob.id(), "one", "a1");
      other.restart();
      try (var again = other.secondDeviceOf(alice);
          var reader = other.secondDeviceOf(bob)) {
        assertThat(again.say(bob.id(), "one", "a1")).isEqualTo(first);
        again.say(bob, "two");
        assertThat(List.of(reader.nextText(), reader.nextText())).containsExactly("one", "two");
      }
    }
  }

  /** So it is when the database commits and dies before it says so. */
  @Test
  void aMessageThatIsStoredUnawaresIsDeliveredWhenItIsSaidAgain() throws SQLException {
    try (var alice = server.loggedIn("alice");
        var device = server.secondDeviceOf(alice);
        var bob = server.loggedIn("bob")) {
      alice.say(bob.id(), "one", "a1");
      try (var database = DriverManager.getConnection("jdbc:sqlite:" + server.databaseFile());
          var statement = database.createStatement()) {
        statement.execute(
            "INSERT INTO log_entry (conversation_id, seq, kind, sender_id, client_id, sent_at, body)"
                + " SELECT conversation_id, 2, kind, sender_id, 'a2', sent_at, 'two' FROM log_entry"
                + " WHERE sender_id = "
                + alice.id().value());
      }

      assertThat(alice.say(bob.id(), "two", "a2").seq()).isEqualTo(2);
      assertThat(List.of(bob.nextText(), bob.nextText())).containsExactly("one", "two");
      assertThat(List.of(device.nextText(), device.nextText())).containsExactly("one", "two");
    }
  }

  @Test
  void anotherMessageUnderTheSameIdIsAConflict() {
    try (var alice = server.loggedIn("alice");
        var bob = server.loggedIn("bob");
        var carol = server.loggedIn("carol")) {
      var id = new ClientMessageId("a1");
      alice.say(bob.id(), "one", "a1");

      assertThat(alice.refusal(new Command.SendDirect(bob.id(), "another", id)))
          .isEqualTo(ErrorCode.CLIENT_ID_CONFLICT);
      assertThat(alice.refusal(new Command.SendDirect(carol.id(), "one", id)))
          .isEqualTo(ErrorCode.CLIENT_ID_CONFLICT);
      assertThat(carol.say(bob.id(), "of carol", "a1").seq()).isEqualTo(1);
      assertThat(List.of(bob.nextText(), bob.nextText())).containsExactly("one", "of carol");
    }
  }

  @Test
  void aRepeatInAGroupIsOneMessageToo() {
    try (var alice = server.loggedIn("alice");
        var bob = server.loggedIn("bob")) {
      var group = alice.createGroup("group of " + alice.name());
      bob.join(group);
      var command = new Command.SendGroup(group, "one", new ClientMessageId("g1"));

      assertThat(alice.request(command)).isEqualTo(alice.request(command));
      alice.say(group, "two");
      assertThat(List.of(bob.nextText(), bob.nextText())).containsExactly("one", "two");
    }
  }

  @Test
  void whatWasNotAcknowledgedComesAgain() {
    try (var alice = server.loggedIn("alice");
        var bob = server.registered("bob")) {
      var conversation = between(alice, bob);
      bob.resume(Map.of());
      alice.say(bob, "one");
      alice.say(bob, "two");
      assertThat(List.of(bob.nextText(), bob.nextText())).containsExactly("one", "two");
      bob.acknowledge(conversation, 1);
      bob.logOut();

      bob.resume(Map.of());
      assertThat(bob.nextPage().messages()).extracting(ChatMessage::text).containsExactly("two");
      bob.acknowledge(conversation, 2);
      bob.logOut();

      bob.resume(Map.of());
      alice.say(bob, "three");
      assertThat(bob.nextText()).isEqualTo("three");
    }
  }

  @Test
  void aClientGoesOnWhereItIsWhateverItsUsersOtherClientsHave() {
    try (var alice = server.loggedIn("alice");
        var bob = server.loggedIn("bob");
        var laggard = server.connect();
        var fresh = server.connect();
        var restored = server.connect()) {
      var conversation = between(alice, bob);
      for (int i = 1; i <= 5; i++) {
        alice.say(bob, "text " + i);
        bob.nextText();
      }
      laggard.actAs(bob);
      laggard.resume(Map.of(conversation, 2L));
      fresh.actAs(bob);
      fresh.resume(Map.of());
      restored.actAs(bob);
      restored.resume(Map.of(conversation, 1_000_000L));

      assertThat(laggard.nextPage())
          .isEqualTo(new Push.Page(conversation, messages(alice, bob, 3, 5), false));
      alice.say(bob, "text 6");
      assertThat(laggard.nextText()).isEqualTo("text 6");
      assertThat(fresh.nextText()).isEqualTo("text 6");
      assertThat(restored.nextText()).isEqualTo("text 6");
    }
  }

  @Test
  void whatAClientSaysItHasCountsAsAcknowledged() {
    try (var alice = server.loggedIn("alice");
        var bob = server.registered("bob")) {
      for (int i = 1; i <= 3; i++) {
        alice.say(bob, "text " + i);
      }
      bob.resume(Map.of(between(alice, bob), 2L));
      assertThat(bob.nextPage().messages()).extracting(ChatMessage::seq).containsExactly(3L);
      bob.logOut();

      bob.resume(Map.of());
      assertThat(bob.nextPage().messages()).extracting(ChatMessage::seq).containsExactly(3L);
    }
  }

  /** As the log has them, which is asked by another way. */
  private static List<ChatMessage> messages(TestUser asking, TestUser peer, long from, long to) {
    var conversation = between(asking, peer);
    var history =
        (Reply.History) asking.request(new Command.History(conversation, to + 1, null, 100));
    return history.messages().stream().filter(message -> message.seq() >= from).toList();
  }

  @Test
  void aLongBacklogComesInPages() {
    try (var alice = server.loggedIn("alice");
        var bob = server.registered("bob")) {
      alice.say(bob, "text 1");
      for (int i = 2; i <= 300; i++) {
        alice.send(new Command.SendDirect(bob.id(), "text " + i));
      }
      assertThat(alice.say(bob, "text 301").seq()).isEqualTo(301);
      bob.resume(Map.of());

      var seqs = new ArrayList<Long>();
      Push.Page page;
      do {
        page = bob.nextPage();
        assertThat(page.messages()).hasSizeBetween(1, 64);
        page.messages().forEach(message -> seqs.add(message.seq()));
      } while (page.more());
      assertThat(seqs).containsExactlyElementsOf(LongStream.rangeClosed(1, 301).boxed().toList());
      alice.say(bob, "live");
      assertThat(bob.nextText()).isEqualTo("live");
    }
  }

  @Test
  void nothingIsLostOrRepeatedBetweenTheBacklogAndWhatIsSaidMeanwhile() {
    try (var alice = server.loggedIn("alice");
        var bob = server.registered("bob")) {
      var conversation = between(alice, bob);
      alice.say(bob, "1");
      long sent = 1;
      long received = 0;
      for (int round = 0; round < 40; round++) {
        for (int i = 0; i < 5; i++) {
          alice.send(new Command.SendDirect(bob.id(), "" + ++sent));
        }
        bob.resume(Map.of(conversation, received));
        while (received < sent) {
          for (var message : bob.nextMessages()) {
            assertThat(message.seq()).isEqualTo(++received);
          }
        }
        bob.logOut();
      }
    }
  }

  @Test
  void bothPeopleHearHowFarOneOfThemIs() {
    try (var alice = server.registered("alice");
        var bob = server.registered("bob")) {
      var conversation = between(alice, bob);
      alice.resume(Map.of());
      bob.resume(Map.of());
      alice.say(bob, "one");
      alice.say(bob, "two");
      assertThat(List.of(bob.nextText(), bob.nextText())).containsExactly("one", "two");

      bob.acknowledge(conversation, 2);
      var received = new Push.Receipt(conversation, bob.id(), new Place(2, 0));
      assertThat(alice.nextReceipt()).isEqualTo(received);
      assertThat(bob.nextReceipt()).isEqualTo(received);
      bob.acknowledge(Map.of(), Map.of(conversation, 1L));
      assertThat(alice.nextReceipt().place()).isEqualTo(new Place(2, 1));
      bob.acknowledge(Map.of(), Map.of(conversation, 9L));
      assertThat(alice.nextReceipt().place()).isEqualTo(new Place(2, 2));
    }
  }

  /** Found by the checker: each device's receipts told of that device alone. */
  @Test
  void receiptsTellOfAllDevicesOfAUserTogether() {
    try (var alice = server.registered("alice");
        var bob = server.registered("bob");
        var device = server.connect()) {
      var conversation = between(alice, bob);
      alice.resume(Map.of());
      device.actAs(bob);
      bob.resume(Map.of());
      for (int i = 1; i <= 3; i++) {
        alice.say(bob, "text " + i);
      }
      assertThat(List.of(bob.nextText(), bob.nextText(), bob.nextText())).hasSize(3);
      bob.acknowledge(Map.of(), Map.of(conversation, 2L));
      assertThat(alice.nextReceipt().place()).isEqualTo(new Place(2, 2));

      device.resume(Map.of(conversation, 0L));
      device.acknowledge(conversation, 1);
      bob.acknowledge(conversation, 3);
      assertThat(alice.nextReceipt().place()).isEqualTo(new Place(3, 2));
    }
  }

  @Test
  void aConversationThatIsNotTheUsersCannotBeAcknowledged() {
    try (var alice = server.loggedIn("alice");
        var bob = server.loggedIn("bob");
        var eve = server.registered("eve")) {
      alice.say(bob, "one");
      eve.resume(Map.of(between(alice, bob), 0L));
      eve.acknowledge(Map.of(between(alice, bob), 1L), Map.of(between(alice, bob), 1L));

      assertThat(eve.request(new Command.ListConversations(null)))
          .isEqualTo(new Reply.Conversations(List.of(), false));
    }
  }

  @Test
  void conversationsAreListedWithTheirPlaces() {
    try (var alice = server.registered("alice");
        var bob = server.loggedIn("bob")) {
      alice.resume(Map.of());
      var group = alice.createGroup("group of " + alice.name());
      alice.say(group, "to all");
      alice.say(alice.id(), "to myself");
      alice.say(bob, "one");
      bob.nextText();
      bob.say(alice, "two");
      assertThat(alice.nextMessages().getFirst().text()).isEqualTo("two");
      alice.acknowledge(Map.of(), Map.of(between(alice, bob), 2L));

      await()
          .untilAsserted(() ->
              assertThat(alice.request(new Command.ListConversations(null)))
                  .isEqualTo(
                      new Reply.Conversations(
                          List.of(
                              new ConversationState(
                                  ConversationId.group(group), 1, new Place(0, 0), null),
                              new ConversationState(
                                  between(alice, alice), 1, new Place(0, 0), null),
                              new ConversationState(
                                  between(alice, bob), 2, new Place(2, 2), new Place(2, 0))),
                          false)));
    }
  }

  @Test
  void manyConversationsComeInPages() {
    try (var alice = server.loggedIn("alice")) {
      for (int i = 0; i < 130; i++) {
        alice.createGroup(alice.name() + "-" + i);
      }
      var first = (Reply.Conversations) alice.request(new Command.ListConversations(null));
      var last = first.conversations().getLast().conversation();
      var second = (Reply.Conversations) alice.request(new Command.ListConversations(last));

      assertThat(first.conversations()).hasSize(100);
      assertThat(first.more()).isTrue();
      assertThat(second.conversations()).hasSize(30);
      assertThat(second.more()).isFalse();
    }
  }

  @Test
  void historyIsReadInBothDirections() {
    try (var alice = server.loggedIn("alice");
        var bob = server.registered("bob")) {
      var conversation = between(alice, bob);
      for (int i = 1; i <= 10; i++) {
        alice.say(bob, "text " + i);
      }

      assertThat(seqs(alice, new Command.History(conversation, null, null, 3)))
          .containsExactly(8L, 9L, 10L, MORE);
      assertThat(seqs(alice, new Command.History(conversation, 8L, null, 3)))
          .containsExactly(5L, 6L, 7L, MORE);
      assertThat(seqs(alice, new Command.History(conversation, 3L, null, 3)))
          .containsExactly(1L, 2L);
      assertThat(seqs(alice, new Command.History(conversation, 4L, null, 3)))
          .containsExactly(1L, 2L, 3L);
      assertThat(seqs(alice, new Command.History(conversation, null, 0L, 3)))
          .containsExactly(1L, 2L, 3L, MORE);
      assertThat(seqs(alice, new Command.History(conversation, null, 7L, 3)))
          .containsExactly(8L, 9L, 10L);
      assertThat(seqs(alice, new Command.History(conversation, null, 10L, 3))).isEmpty();
    }
  }

  private static final long MORE = -1;

  private static List<Long> seqs(TestUser user, Command.History command) {
    var history = (Reply.History) user.request(command);
    var seqs = new ArrayList<Long>();
    history.messages().forEach(message -> seqs.add(message.seq()));
    if (history.more()) {
      seqs.add(MORE);
    }
    return seqs;
  }

  @Test
  void historyShowsAMemberWhatWasSaidSinceHeJoined() {
    try (var alice = server.loggedIn("alice");
        var bob = server.loggedIn("bob");
        var eve = server.loggedIn("eve")) {
      var group = alice.createGroup("group of " + alice.name());
      var conversation = ConversationId.group(group);
      alice.say(group, "before");
      alice.say(group, "before, too");
      bob.join(group);
      alice.say(group, "after");

      assertThat(seqs(bob, new Command.History(conversation, null, null, 10))).containsExactly(4L);
      assertThat(seqs(bob, new Command.History(conversation, null, 0L, 10))).containsExactly(4L);
      assertThat(seqs(bob, new Command.History(conversation, 4L, null, 10))).isEmpty();
      assertThat(eve.refusal(new Command.History(conversation, null, null, 10)))
          .isEqualTo(ErrorCode.NOT_A_MEMBER);
      assertThat(eve.refusal(new Command.History(between(alice, bob), null, null, 10)))
          .isEqualTo(ErrorCode.NOT_A_MEMBER);
      assertThat(seqs(eve, new Command.History(between(eve, bob), null, null, 10))).isEmpty();
    }
  }

  @Test
  void aPongTellsTheDigestOfWhatWasPushed() {
    try (var alice = server.loggedIn("alice");
        var bob = server.registered("bob")) {
      var group = alice.createGroup("group of " + alice.name());
      alice.say(bob, "offline");
      bob.resume(Map.of());
      bob.join(group);
      alice.say(bob, "one");
      bob.say(alice, "mine is no push");
      alice.say(group, "two");
      var digest = new StreamDigest();
      int messages = 0;
      while (messages < 3) {
        for (var message : bob.nextMessages()) {
          digest.add(message.conversation(), message.seq());
          messages++;
        }
      }

      assertThat(((Reply.Pong) bob.request(new Command.Ping())).digest()).isEqualTo(digest.text());
      assertThat(((Reply.Pong) alice.request(new Command.Ping())).digest()).isNull();
    }
  }
}
