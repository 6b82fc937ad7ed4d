package io.chatserver.client.net;

import static io.chatserver.client.net.ConnectionFixture.HELLO;
import static io.chatserver.client.net.ConnectionFixture.LOGIN;
import static io.chatserver.client.net.ConnectionFixture.SOON;
import static io.chatserver.client.net.ConnectionFixture.assertThatFailureOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chatserver.client.FakeServer;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a connection is lost, and what becomes of it then. */
class ReconnectTest {
  private static final Push CLOSING =
      new Push.Closing(DisconnectReason.SHUTDOWN, Duration.ofMillis(10));

  private final ConnectionFixture fixture = new ConnectionFixture();
  private final FakeServer server = fixture.server;
  private final RecordingListener listener = fixture.listener;

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void aLostConnectionLeavesTheOutcomeOfRequestsOpen() {
    var connection = fixture.loggedIn();
    server.answerWith(command -> command instanceof Command.Login ? FakeServer.WELCOME : null);
    var request = connection.send(HELLO);
    await().until(() -> server.received().contains(HELLO));

    server.dropConnections();

    assertThatFailureOf(request)
        .isInstanceOfSatisfying(
            RequestException.ConnectionLost.class,
            lost -> assertThat(lost.isOutcomeUnknown()).isTrue());
  }

  @Test
  void comesBackAndLogsInAgain() {
    var connection = fixture.loggedIn();

    server.stopListening();
    server.dropConnections();
    await().until(() -> listener.count(ConnectionState.Retrying.class) > 2);
    assertThatFailureOf(connection.send(HELLO)).isInstanceOf(RequestException.NotConnected.class);
    server.listenAgain();

    await().until(() -> listener.count(ConnectionState.LoggedIn.class) == 2);
    assertThat(listener.last(ConnectionState.LoggedIn.class).again()).isTrue();
    assertThat(listener.last(ConnectionState.Retrying.class).in()).isEqualTo(SOON);
    assertThat(connection.send(HELLO).join()).isInstanceOf(Reply.Sent.class);
  }

  @Test
  void comesBackAtOnceWhenItIsToldTo() {
    var aDay = Duration.ofDays(1);
    fixture.settings =
        fixture.settings.with(new ConnectionSettings.Retry(Duration.ofSeconds(5), aDay, aDay));
    var connection = fixture.loggedIn();
    connection.retryNow();
    server.dropConnections();
    await().until(() -> listener.count(ConnectionState.Retrying.class) == 1);

    connection.retryNow();

    await().until(() -> listener.count(ConnectionState.LoggedIn.class) == 2);
  }

  @Test
  void doesNotComeBackWithoutASession() {
    var connection = fixture.connected();

    server.dropConnections();

    await().until(() -> listener.count(ConnectionState.Lost.class) == 1);
    assertThat(listener.count(ConnectionState.Retrying.class)).isZero();
    connection.connect().join();
    assertThat(connection.send(LOGIN).join()).isEqualTo(FakeServer.WELCOME);
  }

  @Test
  void movesWhenTheServerSaysSoAndTakesWhatWaitsAlong() {
    var connection = fixture.loggedIn();
    server.answerWith(_ -> null);
    var request = connection.send(HELLO);
    await().until(() -> server.received().contains(HELLO));

    server.answerWith(server::friendlyAnswer);
    server.push(CLOSING);
    server.dropConnections();

    assertThat(request.join()).isInstanceOf(Reply.Sent.class);
    assertThat(listener.pushes).containsExactly(CLOSING);
    assertThat(listener.states)
        .containsExactly(
            new ConnectionState.Connected(fixture.settings.address()),
            new ConnectionState.LoggedIn(FakeServer.WELCOME, false),
            new ConnectionState.Moving("the server is stopping"),
            new ConnectionState.LoggedIn(FakeServer.WELCOME, true));
  }

  @Test
  void whatIsAskedDuringAMoveWaits() {
    var connection = fixture.loggedIn();
    server.push(new Push.Closing(DisconnectReason.SHUTDOWN, SOON));
    server.dropConnections();
    await().until(() -> listener.count(ConnectionState.Moving.class) == 1);

    assertThat(connection.send(HELLO).join()).isInstanceOf(Reply.Sent.class);
  }

  @Test
  void aMoveThatFailsIsALostConnection() {
    var connection = fixture.loggedIn();
    server.answerWith(_ -> null);
    var request = connection.send(HELLO);
    await().until(() -> server.received().contains(HELLO));

    server.answerWith(server::friendlyAnswer);
    server.stopListening();
    server.push(CLOSING);
    server.dropConnections();

    assertThatFailureOf(request).isInstanceOf(RequestException.ConnectionLost.class);
    await().until(() -> listener.count(ConnectionState.Retrying.class) > 0);
    assertThat(listener.states)
        .extracting(state -> state.getClass().getSimpleName())
        .startsWith("Connected", "LoggedIn", "Moving", "Lost", "Retrying");
    server.listenAgain();
    await().until(() -> listener.count(ConnectionState.LoggedIn.class) == 2);
  }

  @Test
  void staysAwayWhenTheServerSaysSo() {
    var connection = fixture.loggedIn();

    server.push(new Push.Closing(DisconnectReason.REPLACED));
    server.dropConnections();

    await()
        .until(() ->
            listener.states.getLast() instanceof ConnectionState.GaveUp(var reason)
                && reason.equals("the account logged in elsewhere"));
    assertThat(listener.count(ConnectionState.Retrying.class)).isZero();
    assertThatFailureOf(connection.send(HELLO)).isInstanceOf(RequestException.NotConnected.class);
  }

  @Test
  void givesUpWhenTheLoginIsRefusedAfterAReconnect() {
    var _ = fixture.loggedIn();
    server.answerWith(_ -> new Reply.Failed(ErrorCode.INVALID_CREDENTIALS, ""));

    server.dropConnections();

    await().until(() -> listener.states.getLast() instanceof ConnectionState.GaveUp);
    assertThat(listener.last(ConnectionState.GaveUp.class).reason())
        .isEqualTo("login refused: id or password is invalid!");
  }

  @Test
  void triesTheLoginAgainWhileTheServerHoldsTheLostSession() {
    var _ = fixture.loggedIn();
    server.answerWith(_ -> new Reply.Failed(ErrorCode.ACCOUNT_IN_USE, ""));
    server.dropConnections();
    await().until(() -> listener.count(ConnectionState.Lost.class) > 2);

    server.answerWith(server::friendlyAnswer);

    await().until(() -> listener.count(ConnectionState.LoggedIn.class) == 2);
  }

  @Test
  void doesNotComeBackAfterALogout() {
    var connection = fixture.loggedIn();

    assertThat(connection.send(new Command.Logout()).join()).isEqualTo(new Reply.Done());
    server.dropConnections();

    await().until(() -> listener.states.getLast() instanceof ConnectionState.Lost);
    assertThat(listener.count(ConnectionState.LoggedOut.class)).isEqualTo(1);
    assertThat(listener.count(ConnectionState.Retrying.class)).isZero();
  }

  /** Otherwise the server would hold a session that nobody wants. */
  @Test
  void aRefusedLogoutEndsTheSessionAllTheSame() {
    var connection = fixture.loggedIn();
    server.answerWith(_ -> new Reply.Failed(ErrorCode.BUSY, ""));

    assertThat(connection.send(new Command.Logout()).join()).isInstanceOf(Reply.Failed.class);

    await().until(() -> listener.states.getLast() instanceof ConnectionState.Lost);
    assertThat(listener.count(ConnectionState.Retrying.class)).isZero();
  }

  @Test
  void aLogoutEndsTheAttemptsToComeBack() {
    var connection = fixture.loggedIn();
    server.stopListening();
    server.dropConnections();
    await().until(() -> listener.count(ConnectionState.Retrying.class) > 0);

    assertThatFailureOf(connection.send(new Command.Logout()))
        .isInstanceOf(RequestException.NotConnected.class);
    server.listenAgain();

    await().during(SOON.multipliedBy(4)).until(() -> server.connectionCount() == 0);
  }

  /** Else it would stay without a session for ever. */
  @Test
  void comesBackUntilTheAnswerToItsLoginIsOne() {
    var _ = fixture.loggedIn();
    var strange = new AtomicInteger();
    server.answerWith(command ->
        command instanceof Command.Login && strange.incrementAndGet() <= 2
            ? new Reply.Done()
            : server.friendlyAnswer(command));

    server.dropConnections();

    await().until(() -> listener.count(ConnectionState.LoggedIn.class) == 2);
    assertThat(strange).hasValue(3);
  }

  /** The answers tell whether something was lost. */
  @Test
  void pingsWhileMuchIsSaid() {
    var often = Duration.ofMillis(300);
    fixture.settings =
        fixture.settings.with(new ConnectionSettings.KeepAlive(often, Duration.ofSeconds(10)));
    var connection = fixture.loggedIn();

    await()
        .pollInterval(often.dividedBy(30))
        .until(() -> {
          var _ = connection.send(HELLO);
          return server.received().contains(new Command.Ping());
        });
  }

  @Test
  void pingsWhenNothingElseIsSaid() {
    fixture.settings =
        fixture.settings.with(new ConnectionSettings.KeepAlive(SOON, Duration.ofSeconds(10)));
    var _ = fixture.connected();

    await().until(() -> server.received().contains(new Command.Ping()));
    await()
        .during(SOON.multipliedBy(4))
        .until(() -> listener.count(ConnectionState.Lost.class) == 0);
  }

  @Test
  void aSilentServerIsADeadOne() {
    fixture.settings = fixture.settings.with(new ConnectionSettings.KeepAlive(SOON, SOON));
    server.answerWith(_ -> null);
    var _ = fixture.connected();

    await().until(() -> listener.count(ConnectionState.Lost.class) == 1);
    assertThat(listener.last(ConnectionState.Lost.class).reason())
        .isEqualTo("the server is silent");
  }
}
