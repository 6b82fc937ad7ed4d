package io.chatserver.client.net;

import static io.chatserver.client.FakeServer.ALICE;
import static io.chatserver.client.FakeServer.BOB;
import static io.chatserver.client.FakeServer.FAMILY;
import static io.chatserver.client.FakeServer.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.chatserver.client.FakeServer;
import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Frame;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChatConnectionTest {
  private static final Command.Login LOGIN =
      new Command.Login(new Command.Identity.ById(ALICE), "secret");
  private static final Command.SendDirect HELLO = new Command.SendDirect(BOB, "hello");
  private static final Duration SOON = Duration.ofMillis(50);

  private final FakeServer server = FakeServer.start();
  private final ChatConnector connector = ChatConnector.nio(1);
  private final RecordingListener listener = new RecordingListener();
  private ConnectionSettings settings =
      ConnectionSettings.of("127.0.0.1", server.port())
          .with(new ConnectionSettings.Retry(Duration.ofSeconds(5), SOON, SOON));

  @AfterEach
  void stop() {
    connector.close();
    server.close();
  }

  @Test
  void registersWithoutALogin() {
    var connection = connected();

    assertThat(connection.send(new Command.Register("alice", "secret")).join())
        .isEqualTo(new Reply.Registered(ALICE));
    assertThat(listener.states).containsExactly(new ConnectionState.Connected(settings.address()));
  }

  @Test
  void aServerThatIsAwayFailsTheConnect() {
    server.stopListening();
    var connection = connector.create(settings, listener);

    assertThatThrownBy(() -> connection.connect().join())
        .hasCauseInstanceOf(ConnectException.class);
    assertThat(listener.states).isEmpty();
    assertThatFailureOf(connection.send(HELLO)).isInstanceOf(RequestException.NotConnected.class);
  }

  @Test
  void connectingTwiceOpensOneConnection() {
    var connection = connector.create(settings, listener);

    CompletableFuture.allOf(connection.connect(), connection.connect()).join();
    connection.connect().join();

    assertThat(listener.count(ConnectionState.Connected.class)).isEqualTo(1);
  }

  @Test
  void repliesFindTheirRequestsWhateverTheirOrder() {
    server.answerWith(_ -> null);
    var connection = connected();
    var first = connection.send(new Command.ListFriends());
    var second = connection.send(new Command.ListGroups());
    await().until(() -> server.received().size() == 2);
    var busy = new Reply.Failed(ErrorCode.BUSY, "");

    server.say(new Frame.Response(99L, null, new Reply.Done()));
    server.say(new Frame.Response(2L, null, busy));
    server.say(new Frame.Response(1L, null, new Reply.Done()));

    assertThat(second.join()).isEqualTo(busy);
    assertThat(first.join()).isEqualTo(new Reply.Done());
  }

  @Test
  void aReplyThatDoesNotComeTimesOut() {
    settings = settings.with(new ConnectionSettings.Requests(SOON, 10));
    server.answerWith(_ -> null);
    var connection = connected();
    var first = connection.send(HELLO);
    var second = connection.send(HELLO);

    assertThatFailureOf(first).isInstanceOf(RequestException.TimedOut.class);
    assertThatFailureOf(second).isInstanceOf(RequestException.TimedOut.class);
    assertThat(listener.count(ConnectionState.Lost.class)).isZero();
  }

  @Test
  void aLoginWithoutAnAnswerClosesTheConnection() {
    settings = settings.with(new ConnectionSettings.Requests(SOON, 10));
    server.answerWith(_ -> null);
    var connection = connected();

    assertThatFailureOf(connection.send(LOGIN)).isInstanceOf(RequestException.TimedOut.class);
    await().until(() -> listener.count(ConnectionState.Lost.class) == 1);
    assertThat(listener.count(ConnectionState.Retrying.class)).isZero();
  }

  @Test
  void refusesMoreRequestsThanMayWait() {
    settings = settings.with(new ConnectionSettings.Requests(Duration.ofSeconds(10), 1));
    server.answerWith(_ -> null);
    var connection = connected();
    var first = connection.send(HELLO);

    assertThatFailureOf(connection.send(HELLO)).isInstanceOf(RequestException.TooMany.class);

    server.say(new Frame.Response(1L, null, new Reply.Done()));
    first.join();
    server.answerWith(server::friendlyAnswer);
    assertThat(connection.send(HELLO).join()).isInstanceOf(Reply.Sent.class);
  }

  /** With room for one request, the next can be sent by whoever hears of the reply. */
  @Test
  void aReplyMakesRoomBeforeItIsTold() {
    settings = settings.with(new ConnectionSettings.Requests(Duration.ofSeconds(10), 1));
    var connection = connected();

    var second = connection.send(HELLO).thenCompose(_ -> connection.send(HELLO));

    assertThat(second.join()).isInstanceOf(Reply.Sent.class);
  }

  @Test
  void anUnreadableReplyFailsItsRequestOnly() {
    server.answerWith(_ -> null);
    var connection = connected();
    var request = connection.send(HELLO);
    await().until(() -> !server.received().isEmpty());

    server.sayRaw("nonsense\n{\"msgid\":11,\"rid\":1,\"conversation\":\"x\"}\n");

    assertThatFailureOf(request).isInstanceOf(RequestException.Unreadable.class);
    server.answerWith(server::friendlyAnswer);
    assertThat(connection.send(HELLO).join()).isInstanceOf(Reply.Sent.class);
  }

  @Test
  void aLostConnectionLeavesTheOutcomeOfRequestsOpen() {
    var connection = loggedIn();
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
    var connection = loggedIn();

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
  void doesNotComeBackWithoutASession() {
    var connection = connected();

    server.dropConnections();

    await().until(() -> listener.count(ConnectionState.Lost.class) == 1);
    assertThat(listener.count(ConnectionState.Retrying.class)).isZero();
    connection.connect().join();
    assertThat(connection.send(LOGIN).join()).isEqualTo(FakeServer.WELCOME);
  }

  @Test
  void comesBackWhenTheServerSaysSo() {
    var connection = loggedIn();
    var wish = Duration.ofMillis(123);
    var closing = new Push.Closing(DisconnectReason.SHUTDOWN, wish);

    server.push(closing);
    server.dropConnections();

    await().until(() -> listener.count(ConnectionState.LoggedIn.class) == 2);
    assertThat(listener.pushes).containsExactly(closing);
    assertThat(listener.states)
        .contains(
            new ConnectionState.Lost("the server is stopping"),
            new ConnectionState.Retrying("the server is stopping", wish));
    connection.close();
  }

  @Test
  void staysAwayWhenTheServerSaysSo() {
    var connection = loggedIn();

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
    var _ = loggedIn();
    server.answerWith(_ -> new Reply.Failed(ErrorCode.INVALID_CREDENTIALS, ""));

    server.dropConnections();

    await().until(() -> listener.states.getLast() instanceof ConnectionState.GaveUp);
    assertThat(listener.last(ConnectionState.GaveUp.class).reason())
        .isEqualTo("login refused: id or password is invalid!");
  }

  @Test
  void triesTheLoginAgainWhileTheServerHoldsTheLostSession() {
    var _ = loggedIn();
    server.answerWith(_ -> new Reply.Failed(ErrorCode.ACCOUNT_IN_USE, ""));
    server.dropConnections();
    await().until(() -> listener.count(ConnectionState.Lost.class) > 2);

    server.answerWith(server::friendlyAnswer);

    await().until(() -> listener.count(ConnectionState.LoggedIn.class) == 2);
  }

  @Test
  void doesNotComeBackAfterALogout() {
    var connection = loggedIn();

    assertThat(connection.send(new Command.Logout()).join()).isEqualTo(new Reply.Done());
    server.dropConnections();

    await().until(() -> listener.states.getLast() instanceof ConnectionState.Lost);
    assertThat(listener.count(ConnectionState.LoggedOut.class)).isEqualTo(1);
    assertThat(listener.count(ConnectionState.Retrying.class)).isZero();
  }

  /** Otherwise the server would hold a session that nobody wants. */
  @Test
  void aRefusedLogoutEndsTheSessionAllTheSame() {
    var connection = loggedIn();
    server.answerWith(_ -> new Reply.Failed(ErrorCode.BUSY, ""));

    assertThat(connection.send(new Command.Logout()).join()).isInstanceOf(Reply.Failed.class);

    await().until(() -> listener.states.getLast() instanceof ConnectionState.Lost);
    assertThat(listener.count(ConnectionState.Retrying.class)).isZero();
  }

  @Test
  void aLogoutEndsTheAttemptsToComeBack() {
    var connection = loggedIn();
    server.stopListening();
    server.dropConnections();
    await().until(() -> listener.count(ConnectionState.Retrying.class) > 0);

    assertThatFailureOf(connection.send(new Command.Logout()))
        .isInstanceOf(RequestException.NotConnected.class);
    server.listenAgain();

    await().during(SOON.multipliedBy(4)).until(() -> server.connectionCount() == 0);
  }

  @Test
  void pingsWhenNothingElseIsSaid() {
    settings = settings.with(new ConnectionSettings.KeepAlive(SOON, Duration.ofSeconds(10)));
    var _ = connected();

    await().until(() -> server.received().contains(new Command.Ping()));
    await()
        .during(SOON.multipliedBy(4))
        .until(() -> listener.count(ConnectionState.Lost.class) == 0);
  }

  @Test
  void aSilentServerIsADeadOne() {
    settings = settings.with(new ConnectionSettings.KeepAlive(SOON, SOON));
    server.answerWith(_ -> null);
    var _ = connected();

    await().until(() -> listener.count(ConnectionState.Lost.class) == 1);
    assertThat(listener.last(ConnectionState.Lost.class).reason())
        .isEqualTo("the server is silent");
  }

  @Test
  void messagesArriveOnceAndInOrder() {
    var _ = loggedIn();

    server.push(message(1, "one"));
    server.push(message(2, "two"));
    server.push(message(1, "one"));
    server.push(message(3, "three"));

    await().until(() -> listener.texts().contains("three"));
    assertThat(listener.texts()).containsExactly("one", "two", "three");
  }

  @Test
  void whatWasShownBeforeAReconnectIsNotShownAgain() {
    var connection = loggedIn();
    server.push(message(1, "one"));
    await().until(() -> listener.texts().size() == 1);
    server.dropConnections();
    await().until(() -> listener.count(ConnectionState.LoggedIn.class) == 2);

    server.push(message(1, "one"));
    server.push(message(2, "two"));

    await().until(() -> listener.texts().contains("two"));
    assertThat(listener.texts()).containsExactly("one", "two");
    connection.close();
  }

  @Test
  void onesOwnAcknowledgedMessageIsNotShownAgain() {
    var connection = loggedIn();
    connection.send(new Command.SendGroup(FAMILY, "mine")).join();

    server.push(message(1, "mine"));
    server.push(message(2, "two"));

    await().until(() -> listener.texts().contains("two"));
    assertThat(listener.texts()).containsExactly("two");
  }

  @Test
  void anotherUserOnTheConnectionSeesWhatTheFirstSaw() {
    var connection = loggedIn();
    server.push(message(1, "one"));
    await().until(() -> listener.texts().size() == 1);
    connection.send(new Command.Logout()).join();
    server.answerWith(_ ->
        new Reply.LoggedIn(
            BOB,
            "bob",
            FakeServer.WELCOME.friends(),
            FakeServer.WELCOME.groups(),
            FakeServer.WELCOME.offline()));
    connection.send(LOGIN).join();

    server.push(message(1, "one"));

    await().until(() -> listener.texts().size() == 2);
  }

  @Test
  void aFailingListenerDoesNotHarmTheConnection() {
    var failing =
        connector.create(
            settings,
            new ConnectionListener() {
              @Override
              public void pushed(Push push) {
                throw new IllegalStateException("as the test wants it");
              }

              @Override
              public void stateChanged(ConnectionState state) {
                throw new IllegalStateException("as the test wants it");
              }
            });
    failing.connect().join();
    server.push(message(1, "one"));

    assertThat(failing.send(HELLO).join()).isInstanceOf(Reply.Sent.class);
  }

  @Test
  void closingFailsWhatWaitsAndIsSilent() {
    server.answerWith(command -> command instanceof Command.Login ? FakeServer.WELCOME : null);
    var connection = loggedIn();
    var request = connection.send(HELLO);

    connection.close();

    assertThatFailureOf(request).isInstanceOf(RequestException.ConnectionLost.class);
    assertThatFailureOf(connection.connect()).isInstanceOf(RequestException.NotConnected.class);
    assertThat(listener.states).hasSize(2);
  }

  @Test
  void closingWhileOpeningFailsTheConnect() {
    server.answerWith(_ -> null);
    var other = connected();
    var hurried = connector.create(settings, new RecordingListener());
    var attempt =
        other
            .send(HELLO)
            .thenCompose(_ -> {
              var connecting = hurried.connect();
              hurried.close();
              return connecting;
            });
    await().until(() -> server.received().contains(HELLO));

    server.say(new Frame.Response(1L, null, new Reply.Done()));

    assertThatFailureOf(attempt).isInstanceOf(RequestException.NotConnected.class);
    other.close();
    await().until(() -> server.connectionCount() == 0);
  }

  @Test
  void aClosedConnectorRefusesEverything() {
    var connection = connected();

    connector.close();
    connection.close();

    assertThatFailureOf(connection.connect()).isInstanceOf(RequestException.NotConnected.class);
    assertThatFailureOf(connection.send(HELLO)).isInstanceOf(RequestException.NotConnected.class);
  }

  @Test
  void settingsThatCannotBeAreRefused() {
    assertThatThrownBy(() -> ConnectionSettings.of("host", 70_000))
        .hasMessage("port cannot be 70000");
    assertThatThrownBy(() -> new ConnectionSettings.Requests(SOON, 0))
        .hasMessage("requests in flight cannot be 0");
    assertThatThrownBy(() -> new ConnectionSettings.KeepAlive(Duration.ZERO, SOON))
        .hasMessage("ping after cannot be PT0S");
    assertThatThrownBy(() -> new ConnectionSettings.Retry(SOON, SOON.multipliedBy(2), SOON))
        .hasMessage("first retry cannot be PT0.1S");
  }

  private ChatConnection connected() {
    var connection = connector.create(settings, listener);
    connection.connect().join();
    return connection;
  }

  private ChatConnection loggedIn() {
    var connection = connected();
    assertThat(connection.send(LOGIN).join()).isEqualTo(FakeServer.WELCOME);
    return connection;
  }

  private static Push message(long seq, String text) {
    return new Push.MessageReceived(
        new ChatMessage(ConversationId.group(FAMILY), seq, BOB, "bob", NOON, text));
  }

  private static AbstractThrowableAssert<?, ?> assertThatFailureOf(CompletableFuture<?> future) {
    await().until(future::isDone);
    return assertThat(future.exceptionNow());
  }
}
