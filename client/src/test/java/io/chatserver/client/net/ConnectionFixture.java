package io.chatserver.client.net;

import static io.chatserver.client.FakeServer.ALICE;
import static io.chatserver.client.FakeServer.BOB;
import static io.chatserver.client.FakeServer.FAMILY;
import static io.chatserver.client.FakeServer.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chatserver.client.FakeServer;
import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.Push;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.AbstractThrowableAssert;

/** A connection to a fake server, with short waits; alice is the one who logs in. */
final class ConnectionFixture implements AutoCloseable {
  static final Command.Login LOGIN = new Command.Login(new Command.Identity.ById(ALICE), "secret");
  static final Command.SendDirect HELLO = new Command.SendDirect(BOB, "hello");
  static final Duration SOON = Duration.ofMillis(50);

  final FakeServer server = FakeServer.start();
  final ChatConnector connector = ChatConnector.nio(1);
  final RecordingListener listener = new RecordingListener();
  ConnectionSettings settings =
      ConnectionSettings.of("127.0.0.1", server.port())
          .with(new ConnectionSettings.Retry(Duration.ofSeconds(5), SOON, SOON));

  @Override
  public void close() {
    connector.close();
    server.close();
  }

  ChatConnection connected() {
    var connection = connector.create(settings, listener);
    connection.connect().join();
    return connection;
  }

  ChatConnection loggedIn() {
    var connection = connected();
    assertThat(connection.send(LOGIN).join()).isEqualTo(FakeServer.WELCOME);
    return connection;
  }

  static Push message(long seq, String text) {
    return new Push.MessageReceived(
        new ChatMessage(ConversationId.group(FAMILY), seq, BOB, "bob", NOON, text));
  }

  static AbstractThrowableAssert<?, ?> assertThatFailureOf(CompletableFuture<?> future) {
    await().until(future::isDone);
    return assertThat(future.exceptionNow());
  }
}
