package io.chatserver.client.delivery;

import static io.chatserver.client.FakeServer.ALICE;
import static io.chatserver.client.FakeServer.BOB;
import static io.chatserver.client.FakeServer.FAMILY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chatserver.client.FakeServer;
import io.chatserver.client.net.ChatConnector;
import io.chatserver.client.net.ConnectionSettings;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Alice's sessions at a fake server, with short waits; a test's own, by its field of this type. */
final class SessionFixture implements AfterEachCallback {
  static final ConversationId WITH_BOB = ConversationId.direct(ALICE, BOB);
  static final ConversationId IN_FAMILY = ConversationId.group(FAMILY);
  static final Command.Identity WHO = new Command.Identity.ByName("alice");

  private static final Duration SOON = Duration.ofMillis(20);

  final FakeServer server = FakeServer.start();
  final ChatConnector connector = ChatConnector.nio(1);

  /** Where sessions keep what is to outlive them. */
  final Path state;

  RecordingSessionListener listener = new RecordingSessionListener();

  ConnectionSettings settings =
      ConnectionSettings.of("127.0.0.1", server.port())
          .with(new ConnectionSettings.Retry(Duration.ofSeconds(5), SOON, SOON));

  SessionFixture() {
    try {
      state = Files.createTempDirectory("chatserver-client");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A new session on the same files, as after a restart. */
  ChatSession session() {
    listener = new RecordingSessionListener();
    return new ChatSession(connector, settings, state, listener);
  }

  ChatSession loggedIn() {
    var session = session();
    session.connect().join();
    assertThat(session.logIn(WHO, "secret").join()).isInstanceOf(Reply.LoggedIn.class);
    return session;
  }

  /** Waits until these have been shown, and nothing else may have been. */
  void awaitTexts(String... texts) {
    await().until(() -> listener.texts.size() >= texts.length);
    assertThat(listener.texts).containsExactly(texts);
  }

  void awaitSend(String state) {
    await().until(() -> listener.sends.contains(state));
  }

  <C extends Command> List<C> asked(Class<C> kind) {
    return server.received().stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    connector.close();
    server.close();
    try (var files = Files.walk(state)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
