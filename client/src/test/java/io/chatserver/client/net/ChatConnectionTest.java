package io.chatserver.client.net;

import static io.chatserver.client.FakeServer.ALICE;
import static io.chatserver.client.net.ConnectionFixture.HELLO;
import static io.chatserver.client.net.ConnectionFixture.LOGIN;
import static io.chatserver.client.net.ConnectionFixture.SOON;
import static io.chatserver.client.net.ConnectionFixture.assertThatFailureOf;
import static io.chatserver.client.net.ConnectionFixture.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.chatserver.client.FakeServer;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Frame;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests, replies and pushes of a connection that lasts. */
class ChatConnectionTest {
  private final ConnectionFixture fixture = new ConnectionFixture();
  private final FakeServer server = fixture.server;
  private final RecordingListener listener = fixture.listener;
  private final ChatConnector connector = fixture.connector;

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void registersWithoutALogin() {
    var connection = fixture.connected();

    assertThat(connection.send(new Command.Register("alice", "secret")).join())
        .isEqualTo(new Reply.Registered(ALICE));
    assertThat(listener.states)
        .containsExactly(new ConnectionState.Connected(fixture.settings.address()));
  }

  @Test
  void aServerThatIsAwayFailsTheConnect() {
    server.stopListening();
    var connection = connector.create(fixture.settings, listener);

    assertThatThrownBy(() -> connection.connect().join())
        .hasCauseInstanceOf(ConnectException.class);
    assertThat(listener.states).isEmpty();
    assertThatFailureOf(connection.send(HELLO)).isInstanceOf(RequestException.NotConnected.class);
  }

  @Test
  void connectingTwiceOpensOneConnection() {
    var connection = connector.create(fixture.settings, listener);

    CompletableFuture.allOf(connection.connect(), connection.connect()).join();
    connection.connect().join();

    assertThat(listener.count(ConnectionState.Connected.class)).isEqualTo(1);
  }

  @Test
  void repliesFindTheirRequestsWhateverTheirOrder() {
    server.answerWith(_ -> null);
    var connection = fixture.connected();
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
    fixture.settings = fixture.settings.with(new ConnectionSettings.Requests(SOON, 10));
    server.answerWith(_ -> null);
    var connection = fixture.connected();
    var first = connection.send(HELLO);
    var second = connection.send(HELLO);

    assertThatFailureOf(first).isInstanceOf(RequestException.TimedOut.class);
    assertThatFailureOf(second).isInstanceOf(RequestException.TimedOut.class);
    assertThat(listener.count(ConnectionState.Lost.class)).isZero();
  }

  @Test
  void aLoginWithoutAnAnswerClosesTheConnection() {
    fixture.settings = fixture.settings.with(new ConnectionSettings.Requests(SOON, 10));
    server.answerWith(_ -> null);
    var connection = fixture.connected();

    assertThatFailureOf(connection.send(LOGIN)).isInstanceOf(RequestException.TimedOut.class);
    await().until(() -> listener.count(ConnectionState.Lost.class) == 1);
    assertThat(listener.count(ConnectionState.Retrying.class)).isZero();
  }

  @Test
  void refusesMoreRequestsThanMayWait() {
    fixture.settings =
        fixture.settings.with(new ConnectionSettings.Requests(Duration.ofSeconds(10), 1));
    server.answerWith(_ -> null);
    var connection = fixture.connected();
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
    fixture.settings =
        fixture.settings.with(new ConnectionSettings.Requests(Duration.ofSeconds(10), 1));
    var connection = fixture.connected();

    var second = connection.send(HELLO).thenCompose(_ -> connection.send(HELLO));

    assertThat(second.join()).isInstanceOf(Reply.Sent.class);
  }

  @Test
  void anUnreadableReplyFailsItsRequestOnly() {
    server.answerWith(_ -> null);
    var connection = fixture.connected();
    var request = connection.send(HELLO);
    await().until(() -> !server.received().isEmpty());

    server.sayRaw("nonsense\n{\"msgid\":11,\"rid\":1,\"conversation\":\"x\"}\n");

    assertThatFailureOf(request).isInstanceOf(RequestException.Unreadable.class);
    server.answerWith(server::friendlyAnswer);
    assertThat(connection.send(HELLO).join()).isInstanceOf(Reply.Sent.class);
  }

  @Test
  void aFailingListenerDoesNotHarmTheConnection() {
    var failing =
        connector.create(
            fixture.settings,
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
    var connection = fixture.loggedIn();
    var request = connection.send(HELLO);

    connection.close();

    assertThatFailureOf(request).isInstanceOf(RequestException.ConnectionLost.class);
    assertThatFailureOf(connection.connect()).isInstanceOf(RequestException.NotConnected.class);
    assertThat(listener.states).hasSize(2);
  }

  @Test
  void closingWhileOpeningFailsTheConnect() {
    server.answerWith(_ -> null);
    var other = fixture.connected();
    var hurried = connector.create(fixture.settings, new RecordingListener());
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
    var connection = fixture.connected();

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
        .hasMessage("ping every cannot be PT0S");
    assertThatThrownBy(() -> new ConnectionSettings.Retry(SOON, SOON.multipliedBy(2), SOON))
        .hasMessage("first retry cannot be PT0.1S");
  }
}
