package io.chatserver.client;

import static io.chatserver.client.FakeServer.BOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chatserver.client.delivery.ChatSession;
import io.chatserver.client.delivery.Outgoing;
import io.chatserver.client.delivery.SendState;
import io.chatserver.client.delivery.SessionListener;
import io.chatserver.client.net.ChatConnector;
import io.chatserver.client.net.ConnectionSettings;
import io.chatserver.client.net.ConnectionState;
import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.UserId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of {@code docs/CLIENT.md} is this. */
class LibraryExampleTest {
  private static final Path DOCUMENT = Path.of("../docs/CLIENT.md");
  private static final Path SOURCE =
      Path.of("src/test/java/io/chatserver/client/LibraryExampleTest.java");

  @TempDir Path state;

  private final List<String> told = new CopyOnWriteArrayList<>();

  @Test
  void runs() {
    try (var server = FakeServer.start()) {
      run(ConnectionSettings.of("127.0.0.1", server.port()), "secret", BOB);

      assertThat(server.log().texts(ConversationId.direct(FakeServer.ALICE, BOB)))
          .containsExactly("hello");
    }
    assertThat(told).contains("alice: hello", "hello is stored as 1");
  }

  @Test
  void isWhatTheDocumentShows() throws IOException {
    var source = Files.readString(SOURCE).replaceAll("\\s+", " ");
    var blocks =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(DOCUMENT))
            .results()
            .map(block -> block.group(1).replaceAll("\\s+", " ").strip())
            .toList();

    assertThat(blocks).isNotEmpty().allMatch(source::contains);
  }

  private void run(ConnectionSettings settings, String password, UserId bob) {
    var listener =
        new SessionListener() {
          @Override
          public void message(ChatMessage message) {
            tell(message.senderName() + ": " + message.text());
          }

          @Override
          public void stateChanged(Outgoing message, SendState state) {
            if (state instanceof SendState.Stored(var seq, _)) {
              tell(message.text() + " is stored as " + seq);
            }
          }

          @Override
          public void stateChanged(ConnectionState state) {
            tell(state.toString());
          }
        };
    try (var connector = ChatConnector.nio(1);
        var session = new ChatSession(connector, settings, state, listener)) {
      session.connect().join();
      var reply = session.logIn(new Command.Identity.ByName("alice"), password).join();
      if (reply instanceof Reply.LoggedIn login) {
        session.send(ConversationId.direct(login.id(), bob), "hello");
      }
      await().until(() -> session.unsettled().isEmpty());
    }
  }

  private void tell(String line) {
    told.add(line);
  }
}
