package io.chatserver.client.delivery;

import static io.chatserver.client.delivery.SessionFixture.WHO;
import static io.chatserver.client.delivery.SessionFixture.WITH_BOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.chatserver.client.FakeServer;
import io.chatserver.client.net.ConnectionState;
import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationState;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.SessionToken;
import io.chatserver.protocol.UserId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What happens where one session ends and another one begins. */
class SessionBoundaryTest {
  private static final Duration RETRY = Duration.ofMillis(100);
  private static final Reply BUSY = new Reply.Failed(ErrorCode.BUSY, "", RETRY);
  private static final Command.Identity CAROL = new Command.Identity.ByName("carol");
  private static final Reply WELCOME_CAROL =
      new Reply.LoggedIn(new UserId(3), "carol", List.of(), List.of(), List.of());

  @RegisterExtension final SessionFixture fixture = new SessionFixture();
  private final FakeServer server = fixture.server;

  @Test
  void whatOneUserLeftUnsentIsNotSentInTheNameOfTheNext() {
    leaveUnsent("from alice");
    server.answerWith(command ->
        switch (command) {
          case Command.ListConversations _ -> BUSY;
          case Command.Login(Command.Credentials.Password(var who, var _), var _, var _, var _)
              when who.equals(CAROL) ->
              WELCOME_CAROL;
          default -> server.friendlyAnswer(command);
        });
    try (var session = fixture.loggedIn()) {
      await().until(() -> !fixture.asked(Command.ListConversations.class).isEmpty());
      session.logOut().join();
      session.logIn(CAROL, "secret").join();
      server.answerWith(server::friendlyAnswer);

      await()
          .during(RETRY.multipliedBy(5))
          .until(() -> fixture.asked(Command.SendDirect.class).isEmpty());
      assertThatThrownBy(() -> session.send(WITH_BOB, "not hers"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("user 3 is not in d1-2");
    }
  }

  @Test
  void whatIsSaidBeforeTheLoginIsAnsweredFollowsWhatAnEarlierRunLeft() {
    leaveUnsent("one");
    var answered = new CountDownLatch(1);
    server.answerWith(command -> {
      if (command instanceof Command.Login) {
        awaitUninterruptibly(answered);
      }
      return server.friendlyAnswer(command);
    });
    try (var session = fixture.session()) {
      session.connect().join();
      var login = session.logIn(WHO, "secret");
      await().until(() -> fixture.asked(Command.Login.class).size() == 1);
      session.send(WITH_BOB, "two");
      fixture.awaitSend("two Queued[]");
      answered.countDown();
      login.join();

      await().until(() -> server.log().texts(WITH_BOB).size() == 2);
      assertThat(server.log().texts(WITH_BOB)).containsExactly("one", "two");
      assertThat(fixture.listener.unsent).containsExactly("one");
    }
  }

  @Test
  void aListenerThatFailsHoldsNothingUp() {
    leaveUnsent("one");
    server.log().bobSays(WITH_BOB, "zero");
    var told = new AtomicInteger();
    var session =
        new ChatSession(
            fixture.connector, fixture.settings, fixture.state, new FailingListener(told));
    try (session) {
      session.connect().join();
      session.logIn(WHO, "secret").join();
      session.send(WITH_BOB, "two");

      await().until(() -> server.log().texts(WITH_BOB).equals(List.of("zero", "one", "two")));
      assertThat(told).hasPositiveValue();
    }
  }

  /**
   * The server keeps so many tokens of a user, and the oldest one may be that of another device.
   */
  @Test
  void aPasswordIsGivenAgainWithoutAskingForAnotherToken() {
    server.answerWith(command ->
        command instanceof Command.Login login && login.remember()
            ? welcome(new SessionToken("token", Duration.ofDays(1)))
            : server.friendlyAnswer(command));
    try (var _ = fixture.loggedIn()) {
      assertThat(fixture.asked(Command.Login.class).getLast().remember()).isTrue();
    }

    try (var session = fixture.loggedIn()) {
      assertThat(fixture.asked(Command.Login.class).getLast().remember()).isFalse();
      assertThat(session.hasToken(WHO)).isTrue();
    }
  }

  private void leaveUnsent(String text) {
    server.answerWith(
        command -> command instanceof Command.SendDirect ? null : server.friendlyAnswer(command));
    try (var session = fixture.loggedIn()) {
      session.send(WITH_BOB, text);
      fixture.awaitSend(text + " Sent[]");
    }
    server.received().clear();
    server.answerWith(server::friendlyAnswer);
  }

  private static Reply welcome(SessionToken token) {
    return new Reply.LoggedIn(FakeServer.ALICE, "alice", List.of(), List.of(), List.of(), token);
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Throws at everything that it is told. */
  private record FailingListener(AtomicInteger told) implements SessionListener {
    @Override
    public void message(ChatMessage message) {
      fail();
    }

    @Override
    public void stateChanged(Outgoing message, SendState state) {
      fail();
    }

    @Override
    public void stateChanged(ConnectionState state) {
      fail();
    }

    @Override
    public void unsent(List<Outgoing> messages) {
      fail();
    }

    @Override
    public void conversations(List<ConversationState> conversations) {
      fail();
    }

    private void fail() {
      told.incrementAndGet();
      throw new IllegalStateException("as planned");
    }
  }
}
