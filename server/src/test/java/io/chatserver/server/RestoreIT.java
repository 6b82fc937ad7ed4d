package io.chatserver.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chatserver.bench.process.MariaDb;
import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.ServerInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A copy of the database is put in place while the server runs: what was stored behind it is lost,
 * and everything else is shown, with and without the operator's command.
 */
class RestoreIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path directory;
  private MariaDb mariaDb;
  private TestServer server;
  private TestUser alice;
  private TestUser bob;
  private ConversationId conversation;

  @BeforeEach
  void start() {
    mariaDb = MariaDb.start(directory);
    mariaDb.createDatabase("chat");
    server =
        TestServer.start(
            "storage.url=" + mariaDb.jdbcUrl("chat"),
            "storage.user=" + mariaDb.user(),
            "storage.password=" + mariaDb.password());
    alice = server.loggedIn("alice");
    bob = server.registered("bob");
    conversation = ConversationId.direct(alice.id(), bob.id());
  }

  @AfterEach
  void stop() {
    alice.close();
    bob.close();
    server.close();
    mariaDb.close();
  }

  private Path data() {
    return directory.resolve("mariadb");
  }

  private Path copy() {
    return directory.resolve("copy");
  }

  private void copyDatabase() throws IOException {
    mariaDb.stop();
    try (var files = Files.walk(data())) {
      for (var file : files.toList()) {
        Files.copy(file, copy().resolve(data().relativize(file)));
      }
    }
    mariaDb.restart();
  }

  private void putCopyInPlace() throws IOException {
    mariaDb.kill();
    try (var files = Files.walk(data())) {
      files.sorted(Comparator.reverseOrder()).forEach(RestoreIT::delete);
    }
    Files.move(copy(), data());
    mariaDb.restart();
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Says something, as often as it takes while the database comes back. */
  private static long say(TestUser from, TestUser to, String text) {
    await().until(() -> from.request(new Command.SendDirect(to.id(), text)) instanceof Reply.Sent);
    var reply = (Reply.Sent) from.request(new Command.SendDirect(to.id(), text + ", really"));
    return reply.seq();
  }

  private ServerInfo resume(TestUser device, long cursor, String epoch) {
    device.actAs(bob);
    var resume = new Command.Resume(Map.of(conversation, cursor), epoch);
    var credentials = bob.loginCommand().credentials();
    var login =
        (Reply.LoggedIn) device.request(new Command.Login(credentials, false, resume, true));
    return Objects.requireNonNull(login.server());
  }

  /** Texts 1 to 3 are in the copy, 4 to 6 are lost; bob has all, and has acknowledged them. */
  private String loseThree(TestUser device) throws IOException {
    var epoch = resume(device, 0, "").epoch();
    for (int i = 1; i <= 3; i++) {
      alice.say(bob, "text " + i);
    }
    copyDatabase();
    assertThat(say(alice, bob, "lost")).isGreaterThanOrEqualTo(5);
    device.acknowledge(conversation, 5);
    putCopyInPlace();
    return epoch;
  }

  @Test
  void theServerNoticesByItself() throws IOException {
    try (var device = server.connect()) {
      var epoch = loseThree(device);

      // The first text in the conversation shows that it went back.
      await().atMost(PATIENCE).until(() -> hasEnded(alice));
      assertThat(alice.awaitClosing()).isEqualTo(DisconnectReason.NEW_EPOCH);
      assertThat(device.awaitClosing()).isEqualTo(DisconnectReason.NEW_EPOCH);
      checkThatAllIsShown(epoch);
    }
  }

  /** Whether a text has ended the session; until the database is back it is refused. */
  private boolean hasEnded(TestUser sender) {
    try {
      var _ = sender.request(new Command.SendDirect(bob.id(), "behind the copy"));
      return false;
    } catch (TestUser.HungUp _) {
      return true;
    }
  }

  @Test
  void theOperatorSaysSo() throws IOException {
    try (var device = server.connect()) {
      var epoch = loseThree(device);

      await().atMost(PATIENCE).ignoreExceptions().until(() -> !server.newEpoch().equals(epoch));

      assertThat(device.awaitClosing()).isEqualTo(DisconnectReason.NEW_EPOCH);
      assertThat(alice.awaitClosing()).isEqualTo(DisconnectReason.NEW_EPOCH);
      checkThatAllIsShown(epoch);
    }
  }

  private void checkThatAllIsShown(String before) {
    try (var again = server.connect();
        var device = server.connect()) {
      again.actAs(alice);
      again.logIn();
      long last = say(again, bob, "behind the copy");
      assertThat(resume(device, 5, before).resumed()).isFalse();
      long seq = 3;
      while (seq < last) {
        for (var message : device.nextMessages()) {
          seq = Math.max(seq, message.seq());
          assertThat(message).extracting(ChatMessage::text).isNotEqualTo("lost");
        }
      }
    }
  }
}
