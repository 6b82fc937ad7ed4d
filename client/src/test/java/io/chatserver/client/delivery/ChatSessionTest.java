package io.chatserver.client.delivery;

import static io.chatserver.client.FakeServer.ALICE;
import static io.chatserver.client.FakeServer.BOB;
import static io.chatserver.client.FakeServer.NOON;
import static io.chatserver.client.delivery.SessionFixture.IN_FAMILY;
import static io.chatserver.client.delivery.SessionFixture.WHO;
import static io.chatserver.client.delivery.SessionFixture.WITH_BOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.chatserver.client.FakeServer;
import io.chatserver.client.net.ConnectionState;
import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.ConversationState;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.Place;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.ServerInfo;
import io.chatserver.protocol.SessionToken;
import io.chatserver.protocol.StreamDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a session promises, against a server that does not help. */
class ChatSessionTest {
  private static final Reply BUSY = new Reply.Failed(ErrorCode.BUSY, "", Duration.ofMillis(10));

  @RegisterExtension final SessionFixture fixture = new SessionFixture();
  private final FakeServer server = fixture.server;

  @Test
  void aTextGoesForwardFromTheDiskToTheReader() {
    try (var session = fixture.loggedIn()) {
      session.send(WITH_BOB, "hello");
      fixture.awaitSend("hello Stored[seq=1, at=" + NOON + "]");
      server.push(new Push.Receipt(WITH_BOB, BOB, new Place(1, 0)));
      server.push(new Push.Receipt(WITH_BOB, ALICE, new Place(1, 1)));
      server.push(new Push.Receipt(WITH_BOB, BOB, new Place(1, 1)));
      fixture.awaitSend("hello Read[seq=1]");

      assertThat(fixture.listener.sends)
          .containsExactly(
              "hello Queued[]",
              "hello Sent[]",
              "hello Stored[seq=1, at=" + NOON + "]",
              "hello Delivered[seq=1]",
              "hello Read[seq=1]");
      assertThat(fixture.listener.texts).containsExactly("hello");
      assertThat(fixture.listener.receipts).containsExactly(new Place(1, 0), new Place(1, 1));
    }
  }

  @Test
  void whatTheServerDidNotAnswerIsSentAgainUnderTheSameIdAndStoredOnce() {
    server.answerWith(command -> {
      var answer = server.friendlyAnswer(command);
      return command instanceof Command.SendDirect ? null : answer;
    });
    try (var session = fixture.loggedIn()) {
      session.send(WITH_BOB, "hello");
      await().until(() -> fixture.asked(Command.SendDirect.class).size() == 1);
      server.answerWith(server::friendlyAnswer);
      server.dropConnections();

      fixture.awaitSend("hello Stored[seq=1, at=" + NOON + "]");
      assertThat(fixture.asked(Command.SendDirect.class)).hasSize(2);
      assertThat(fixture.asked(Command.SendDirect.class).stream().distinct()).hasSize(1);
      assertThat(server.log().texts(WITH_BOB)).containsExactly("hello");
      assertThat(session.unsettled()).isEmpty();
    }
  }

  @Test
  void nothingOvertakesWhatWasRefusedAsUntimely() {
    var refusals = new AtomicInteger(5);
    server.answerWith(command ->
        command instanceof Command.SendDirect && refusals.getAndDecrement() > 0
            ? BUSY
            : server.friendlyAnswer(command));
    try (var session = fixture.loggedIn()) {
      for (int i = 0; i < 20; i++) {
        session.send(WITH_BOB, "number " + i);
      }

      fixture.awaitSend("number 19 Stored[seq=20, at=" + NOON + "]");
      assertThat(fixture.listener.seqs).hasSize(20).isSorted();
      assertThat(server.log().texts(WITH_BOB)).first().isEqualTo("number 0");
      assertThat(server.log().texts(WITH_BOB)).isEqualTo(fixture.listener.texts);
    }
  }

  @Test
  void aRefusalIsFinalAndHoldsNothingUp() {
    server.answerWith(command ->
        command instanceof Command.SendDirect(_, var text, _) && text.equals("bad")
            ? new Reply.Failed(ErrorCode.NO_SUCH_USER, "2")
            : server.friendlyAnswer(command));
    try (var session = fixture.loggedIn()) {
      session.send(WITH_BOB, "bad");
      session.send(WITH_BOB, "good");

      fixture.awaitSend("good Stored[seq=1, at=" + NOON + "]");
      assertThat(fixture.listener.sends).contains("bad Refused[code=203, reason=no such user: 2]");
      assertThat(session.unsettled()).isEmpty();
    }
  }

  @Test
  void whatHasNoOutcomeSurvivesARestartInItsOrder() {
    server.answerWith(command -> {
      boolean mute = command instanceof Command.SendDirect || command instanceof Command.SendGroup;
      return mute ? null : server.friendlyAnswer(command);
    });
    try (var session = fixture.loggedIn()) {
      List.of("one", "two", "three").forEach(text -> session.send(WITH_BOB, text));
      session.send(IN_FAMILY, "all");
      await().until(() -> fixture.listener.sends.contains("all Sent[]"));
    }
    server.answerWith(server::friendlyAnswer);

    try (var session = fixture.loggedIn()) {
      fixture.awaitSend("three Stored[seq=3, at=" + NOON + "]");
      fixture.awaitSend("all Stored[seq=1, at=" + NOON + "]");
      assertThat(fixture.listener.unsent).containsExactly("one", "two", "three", "all");
      assertThat(server.log().texts(WITH_BOB)).containsExactly("one", "two", "three");
      assertThat(session.unsettled()).isEmpty();
    }
    try (var _ = fixture.loggedIn()) {
      await().until(() -> fixture.asked(Command.ListConversations.class).size() == 3);
      assertThat(fixture.listener.unsent).isEmpty();
    }
  }

  @Test
  void aTextThatNoServerWouldTakeIsNotTaken() {
    try (var session = fixture.loggedIn()) {
      assertThatThrownBy(() -> session.send(WITH_BOB, "\u0001".repeat(12_000)))
          .isInstanceOf(NotQueuedException.class)
          .hasMessage("not taken: the message is too long");
      assertThat(session.unsettled()).isEmpty();
    }
  }

  @Test
  void withoutALoginNothingIsTaken() {
    try (var session = fixture.session()) {
      assertThatThrownBy(() -> session.send(WITH_BOB, "hello"))
          .isInstanceOf(NotQueuedException.class);
    }
  }

  @Test
  void messagesComeOnceAndInOrderAndGapsAreRead() {
    try (var _ = fixture.loggedIn()) {
      awaitStanding(1);
      say("one", "two", "three", "four", "five");

      push(1);
      push(1);
      push(4);
      push(2);
      push(5);

      fixture.awaitTexts("one", "two", "three", "four", "five");
      assertThat(fixture.asked(Command.History.class))
          .first()
          .isEqualTo(new Command.History(WITH_BOB, null, 1L, 100));
    }
  }

  @Test
  void aGapOfManyPagesIsReadWhileMoreIsSaid() {
    try (var _ = fixture.loggedIn()) {
      awaitStanding(1);
      for (int i = 1; i <= 350; i++) {
        server.log().bobSays(WITH_BOB, "number " + i);
      }
      push(200);
      push(349);
      push(350);

      await().until(() -> fixture.listener.seqs.size() == 350);
      assertThat(fixture.listener.seqs).isSorted().doesNotHaveDuplicates();
    }
  }

  @Test
  void aReadOfAGapIsRepeatedUntilItSucceeds() {
    var refusals = new AtomicInteger(3);
    server.answerWith(command ->
        command instanceof Command.History && refusals.getAndDecrement() > 0
            ? BUSY
            : server.friendlyAnswer(command));
    try (var _ = fixture.loggedIn()) {
      awaitStanding(1);
      say("one", "two");

      push(2);

      fixture.awaitTexts("one", "two");
    }
  }

  @Test
  void pagesAreTakenLikeSingleMessages() {
    try (var _ = fixture.loggedIn()) {
      awaitStanding(1);
      say("one", "two", "three", "four");

      server.push(new Push.Page(WITH_BOB, List.of(message(1), message(2)), true));
      server.push(new Push.Page(WITH_BOB, List.of(message(2), message(3)), false));
      push(4);

      fixture.awaitTexts("one", "two", "three", "four");
      assertThat(fixture.asked(Command.History.class)).isEmpty();
    }
  }

  @Test
  void goesOnWhereItWasAfterARestart() {
    try (var _ = fixture.loggedIn()) {
      awaitStanding(1);
      say("one", "two", "three");
      push(1);
      push(2);
      fixture.awaitTexts("one", "two");
    }

    try (var _ = fixture.loggedIn()) {
      push(1);
      push(2);
      push(3);
      fixture.awaitTexts("three");
    }
    assertThat(fixture.asked(Command.Login.class).getLast().resume())
        .isEqualTo(new Command.Resume(Map.of(WITH_BOB, 2L)));
  }

  /** The server's database was restored: the places are given again to other messages. */
  @Test
  void forgetsWhereItWasWhenTheLogBeganAnew() {
    var epoch = "ba7816bf8f01cfea";
    try (var _ = fixture.loggedIn()) {
      awaitStanding(1);
      say("one", "two");
      push(1);
      push(2);
      fixture.awaitTexts("one", "two");
    }
    tellEpoch(epoch, false);

    try (var _ = fixture.loggedIn()) {
      await().until(() -> fixture.listener.begunAnew.get() == 1);
      push(message(1, "another one"));
      fixture.awaitTexts("another one");
    }
    tellEpoch(epoch, true);
    try (var _ = fixture.loggedIn()) {
      push(message(2, "another two"));
      fixture.awaitTexts("another two");
    }
    assertThat(fixture.asked(Command.Login.class).getLast().resume())
        .isEqualTo(new Command.Resume(Map.of(WITH_BOB, 1L), epoch));
    assertThat(fixture.listener.begunAnew).hasValue(0);
  }

  private void tellEpoch(String epoch, boolean resumed) {
    var info = new ServerInfo("1.0", List.of(), epoch, resumed);
    var login = new Reply.LoggedIn(ALICE, "alice", List.of(), List.of(), List.of(), null, info);
    server.answerWith(command ->
        switch (command) {
          case Command.Login _ -> login;
          case Command.ListConversations _ -> new Reply.Conversations(List.of(), false);
          default -> server.friendlyAnswer(command);
        });
  }

  @Test
  void aClientWithoutACursorBeginsWhereTheServerSays() {
    say("one", "two", "three");
    server.answerWith(command ->
        command instanceof Command.ListConversations
            ? conversations(3, new Place(1, 1))
            : server.friendlyAnswer(command));
    try (var session = fixture.loggedIn()) {
      awaitStanding(1);
      push(3);

      fixture.awaitTexts("two", "three");
      assertThat(fixture.listener.conversations.getFirst().unread()).isEqualTo(2);
      session.send(WITH_BOB, "four");
      fixture.awaitTexts("two", "three", "four");
    }
  }

  /** Of very many conversations the cursors do not fit into a login. */
  @Test
  void whatAnotherClientReceivedMeanwhileIsReadWhereTheLoginDidNotSayTheCursor() {
    int groups = 300;
    try (var _ = fixture.loggedIn()) {
      awaitStanding(1);
      for (int group = 1; group <= groups; group++) {
        push(server.log().bobSays(ConversationId.group(new GroupId(group)), "one"));
      }
      await().until(() -> fixture.listener.texts.size() == groups);
    }
    for (int group = 1; group <= groups; group++) {
      server.log().bobSays(ConversationId.group(new GroupId(group)), "two");
    }
    server.received().clear();

    try (var _ = fixture.loggedIn()) {
      var resume = Objects.requireNonNull(fixture.asked(Command.Login.class).getFirst().resume());
      int unsaid = groups - resume.cursors().size();
      assertThat(unsaid).isPositive();
      await().until(() -> fixture.listener.texts.size() == unsaid);
      assertThat(fixture.listener.texts).containsOnly("two");
    }
  }

  @Test
  void aCursorAboveTheHeadComesDownToIt() {
    try (var _ = fixture.loggedIn()) {
      awaitStanding(1);
      push(message(100, "of a time that the server has lost"));
      fixture.awaitTexts("of a time that the server has lost");
    }
    server.log().clear();
    server.answerWith(command ->
        command instanceof Command.ListConversations
            ? conversations(3, new Place(3, 3))
            : server.friendlyAnswer(command));

    try (var _ = fixture.loggedIn()) {
      awaitStanding(2);
      push(message(4, "four"));
      fixture.awaitTexts("four");
    }
  }

  @Test
  void ownMessagesOfOtherDevicesAreShownAndOnesOwnOnlyOnce() {
    try (var session = fixture.loggedIn()) {
      session.send(WITH_BOB, "from here");
      fixture.awaitTexts("from here");
      push(new ChatMessage(WITH_BOB, 1, ALICE, "alice", NOON, "from here"));
      push(new ChatMessage(WITH_BOB, 2, ALICE, "alice", NOON, "from there"));

      fixture.awaitTexts("from here", "from there");
    }
  }

  @Test
  void anAcknowledgementThatOvertakesOthersMessagesDoesNotSkipThem() {
    try (var session = fixture.loggedIn()) {
      awaitStanding(1);
      session.send(WITH_BOB, "one");
      fixture.awaitTexts("one");
      server.log().bobSays(WITH_BOB, "two");
      session.send(WITH_BOB, "three");
      fixture.awaitSend("three Stored[seq=3, at=" + NOON + "]");
      assertThat(fixture.listener.texts).containsExactly("one");

      push(2);
      push(new ChatMessage(WITH_BOB, 3, ALICE, "alice", NOON, "three"));

      fixture.awaitTexts("one", "two", "three");
    }
  }

  @Test
  void whatWasReceivedAndReadIsAcknowledgedAfterALossAsWell() {
    try (var session = fixture.loggedIn()) {
      awaitStanding(1);
      say("one", "two");
      server.answerWith(command ->
          command instanceof Command.Acknowledge ? null : server.friendlyAnswer(command));
      push(1);
      push(2);
      session.markRead(WITH_BOB, 1);
      var both = new Command.Acknowledge(Map.of(WITH_BOB, 2L), Map.of(WITH_BOB, 1L));
      await().until(() -> fixture.asked(Command.Acknowledge.class).contains(both));
      server.received().clear();
      server.answerWith(server::friendlyAnswer);
      server.dropConnections();

      await().until(() -> fixture.asked(Command.Acknowledge.class).contains(both));
    }
  }

  @Test
  void theLossOfTheLastMessageIsFoundByThePong() {
    try (var session = fixture.loggedIn()) {
      awaitStanding(1);
      say("one", "two", "three");
      push(1);
      fixture.awaitTexts("one");
      var digest = new StreamDigest();
      digest.add(WITH_BOB, 1);
      pong(session, digest);
      assertThat(fixture.asked(Command.ListConversations.class)).hasSize(1);

      digest.add(WITH_BOB, 2);
      digest.add(WITH_BOB, 3);
      pong(session, digest);
      fixture.awaitTexts("one", "two", "three");

      pong(session, digest);
      assertThat(fixture.asked(Command.ListConversations.class)).hasSize(2);
    }
  }

  @Test
  void aTokenSparesThePasswordAndEndsWithTheLogout() throws IOException {
    var token = new SessionToken("token-1", Duration.ofDays(1));
    server.answerWith(command ->
        command instanceof Command.Login login && login.remember()
            ? welcome(token)
            : server.friendlyAnswer(command));
    try (var session = fixture.loggedIn()) {
      assertThat(session.hasToken(WHO)).isTrue();
      server.dropConnections();
      await().until(() -> fixture.listener.count(ConnectionState.LoggedIn.class) == 2);
    }
    var byToken = new Command.Credentials.Token("token-1");
    assertThat(fixture.asked(Command.Login.class).getLast().credentials()).isEqualTo(byToken);
    assertThat(permissions("1/token")).isEqualTo("rw-------");
    assertThat(permissions("1")).isEqualTo("rwx------");

    try (var session = fixture.session()) {
      session.connect().join();
      assertThat(session.logInWithToken(WHO).join()).isInstanceOf(Reply.LoggedIn.class);
      assertThat(fixture.asked(Command.Login.class).getLast().credentials()).isEqualTo(byToken);
      assertThat(session.logOut().join()).isEqualTo(new Reply.Done());
      assertThat(server.received()).contains(new Command.RevokeTokens("token-1"));
      assertThat(session.hasToken(WHO)).isFalse();
    }
  }

  @Test
  void aTokenThatIsRefusedGivesWayToThePassword() {
    server.answerWith(command ->
        switch (command) {
          case Command.Login login when login.remember() ->
              welcome(new SessionToken("token", Duration.ofDays(1)));
          case Command.Login _ -> new Reply.Failed(ErrorCode.TOKEN_INVALID, "");
          default -> server.friendlyAnswer(command);
        });
    try (var session = fixture.loggedIn()) {
      server.dropConnections();
      await().until(() -> fixture.listener.count(ConnectionState.LoggedIn.class) == 2);
      assertThat(fixture.listener.count(ConnectionState.Lost.class)).isEqualTo(1);

      assertThat(session.request(new Command.Ping()).join()).isInstanceOf(Reply.Pong.class);
    }
    try (var session = fixture.session()) {
      session.connect().join();
      assertThat(session.logInWithToken(WHO).join())
          .isEqualTo(new Reply.Failed(ErrorCode.TOKEN_INVALID, ""));
      assertThat(session.hasToken(WHO)).isFalse();
    }
  }

  @Test
  void twoClientsOfOneUserHaveTheirOwnFiles() {
    try (var first = fixture.loggedIn();
        var second = fixture.loggedIn()) {
      first.send(WITH_BOB, "first");
      second.send(WITH_BOB, "second");

      await().until(() -> server.log().texts(WITH_BOB).size() == 2);
      assertThat(fixture.state.resolve(server())).isDirectoryContaining("glob:**/1");
      assertThat(fixture.state.resolve(server()).resolve("1"))
          .isDirectoryContaining("glob:**/device-1")
          .isDirectoryContaining("glob:**/device-2");
    }
  }

  @Test
  void whatASecondClientLeftUnsentIsSentByTheNextOne() {
    server.answerWith(
        command -> command instanceof Command.SendDirect ? null : server.friendlyAnswer(command));
    try (var first = fixture.loggedIn()) {
      first.send(WITH_BOB, "first");
      fixture.awaitSend("first Sent[]");
      try (var second = fixture.loggedIn()) {
        second.send(WITH_BOB, "second");
        fixture.awaitSend("second Sent[]");
        assertThat(fixture.listener.unsent).isEmpty();
      }
    }
    server.answerWith(server::friendlyAnswer);

    try (var _ = fixture.loggedIn()) {
      await().until(() -> server.log().texts(WITH_BOB).size() == 2);
      assertThat(fixture.listener.unsent).containsExactly("first", "second");
    }
    try (var _ = fixture.loggedIn()) {
      assertThat(fixture.listener.unsent).isEmpty();
    }
  }

  @Test
  void filesThatCannotBeMadeFailTheLogin() throws IOException {
    Files.writeString(fixture.state.resolve(server()), "a file where a directory should be");
    try (var session = fixture.session()) {
      session.connect().join();

      assertThatThrownBy(session.logIn(WHO, "secret")::join).hasCauseInstanceOf(IOException.class);
      assertThat(server.received()).isEmpty();
    }
  }

  private void awaitStanding(int logins) {
    await().until(() -> fixture.asked(Command.ListConversations.class).size() == logins);
    // The answer was written before whatever the test pushes from now on.
  }

  private void say(String... texts) {
    for (var text : texts) {
      server.log().bobSays(WITH_BOB, text);
    }
  }

  private ChatMessage message(long seq) {
    return new ChatMessage(
        WITH_BOB, seq, BOB, "bob", NOON, server.log().texts(WITH_BOB).get((int) seq - 1));
  }

  private static ChatMessage message(long seq, String text) {
    return new ChatMessage(WITH_BOB, seq, BOB, "bob", NOON, text);
  }

  private void push(long seq) {
    push(message(seq));
  }

  private void push(ChatMessage message) {
    server.push(new Push.MessageReceived(message));
  }

  private void pong(ChatSession session, StreamDigest digest) {
    server.answerWith(command ->
        command instanceof Command.Ping
            ? new Reply.Pong(NOON, digest.text())
            : server.friendlyAnswer(command));
    session.request(new Command.Ping()).join();
  }

  private static Reply conversations(long head, Place own) {
    return new Reply.Conversations(
        List.of(new ConversationState(WITH_BOB, head, own, new Place(0, 0))), false);
  }

  private static Reply welcome(SessionToken token) {
    return new Reply.LoggedIn(ALICE, "alice", List.of(), List.of(), List.of(), token);
  }

  private String server() {
    return "127.0.0.1:" + server.port();
  }

  private String permissions(String file) throws IOException {
    var path = Objects.requireNonNull(fixture.state.resolve(server()).resolve(file));
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
