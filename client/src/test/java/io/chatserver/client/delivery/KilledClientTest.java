package io.chatserver.client.delivery;

import static io.chatserver.client.delivery.SessionFixture.WITH_BOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chatserver.client.net.ChatConnector;
import io.chatserver.client.net.ConnectionSettings;
import io.chatserver.client.net.ConnectionState;
import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.Push;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code kill -9} of a client's process loses nothing that it promised. */
class KilledClientTest {
  private static final int ROUNDS = 3;
  private static final int BEFORE_THE_KILL = 40;

  @RegisterExtension final SessionFixture fixture = new SessionFixture();

  /** Some answers are lost, so that stored and unknown outcomes are mixed. */
  @Test
  void whatWasQueuedIsStoredOnceAndInOrder() throws Exception {
    var sends = new AtomicInteger();
    var server = fixture.server;
    server.answerWith(command -> {
      var answer = server.friendlyAnswer(command);
      boolean lost = command instanceof Command.SendDirect && sends.incrementAndGet() % 30 == 0;
      return lost ? null : answer;
    });
    var queued = new ArrayList<String>();
    for (int round = 0; round < ROUNDS; round++) {
      queued.addAll(runAndKill("send", round, "queued ", () -> {}));
    }
    server.answerWith(server::friendlyAnswer);

    try (var session = fixture.loggedIn()) {
      await().until(() -> session.unsettled().isEmpty());
    }

    var stored = server.log().texts(WITH_BOB);
    assertThat(queued).hasSizeGreaterThanOrEqualTo(ROUNDS * BEFORE_THE_KILL);
    assertThat(stored).containsSubsequence(queued).doesNotHaveDuplicates();
  }

  @Test
  void whatWasShownIsShownAgainAtMostWhereTheKillFell() throws Exception {
    var server = fixture.server;
    for (int i = 1; i <= ROUNDS * BEFORE_THE_KILL * 10; i++) {
      server.log().bobSays(WITH_BOB, "number " + i);
    }
    long head = server.log().texts(WITH_BOB).size();
    server.answerWith(command ->
        command instanceof Command.ListConversations
            ? server.log().conversations(0)
            : server.friendlyAnswer(command));
    var shown = new ArrayList<String>();
    for (int round = 0; round < ROUNDS; round++) {
      server.received().clear();
      var seen =
          runAndKill(
              "listen",
              round,
              "shown ",
              () -> {
                await().until(() -> !fixture.asked(Command.ListConversations.class).isEmpty());
                server.push(new Push.MessageReceived(server.log().message(WITH_BOB, head)));
              });
      int repeats = !shown.isEmpty() && shown.getLast().equals(seen.getFirst()) ? 1 : 0;
      shown.addAll(seen.subList(repeats, seen.size()));
    }

    assertThat(shown)
        .hasSizeGreaterThanOrEqualTo(ROUNDS * (BEFORE_THE_KILL - 1))
        .isEqualTo(server.log().texts(WITH_BOB).subList(0, shown.size()));
  }

  /** Kills a client when it has told enough; gives all that it told. */
  private List<String> runAndKill(String mode, int round, String word, Runnable meanwhile)
      throws Exception {
    var process = start(mode, round);
    try (var lines = process.inputReader()) {
      meanwhile.run();
      var told = read(lines, word, BEFORE_THE_KILL);
      // Unlike that of the process, this leaves what was told to be read.
      var _ = process.toHandle().destroyForcibly();
      told.addAll(read(lines, word, Integer.MAX_VALUE));
      return told;
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private Process start(String mode, int round) throws IOException {
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Victim.class.getName(),
                Integer.toString(fixture.server.port()),
                fixture.state.toString(),
                mode,
                Integer.toString(round))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    // Else one that does not tell what is waited for would hold the test for ever.
    CompletableFuture.delayedExecutor(60, TimeUnit.SECONDS)
        .execute(() -> process.toHandle().destroyForcibly());
    return process;
  }

  /** What stands behind the word, of so many lines; a last line that was torn does not count. */
  private static List<String> read(BufferedReader lines, String word, int count)
      throws IOException {
    var told = new ArrayList<String>();
    String line;
    while (told.size() < count && (line = lines.readLine()) != null) {
      if (line.startsWith(word) && line.endsWith(".")) {
        told.add(line.substring(word.length(), line.length() - 1));
      }
    }
    return told;
  }

  /** A client that sends without end, or only listens, and tells what it is told. */
  static final class Victim implements SessionListener {
    private static final Semaphore ROOM = new Semaphore(20);

    private Victim() {}

    public static void main(String[] args) throws InterruptedException {
      var settings =
          ConnectionSettings.of("127.0.0.1", Integer.parseInt(args[0]))
              .with(new ConnectionSettings.Requests(Duration.ofSeconds(2), 100));
      var connector = ChatConnector.nio(1);
      var session = new ChatSession(connector, settings, Path.of(args[1]), new Victim());
      session.connect().join();
      session.logIn(SessionFixture.WHO, "secret").join();
      if (args[2].equals("listen")) {
        Thread.currentThread().join();
      }
      for (int i = 0; ; i++) {
        ROOM.acquire();
        session.send(WITH_BOB, args[3] + "-" + i);
      }
    }

    private static void tell(String line) {
      System.out.println(line + ".");
    }

    @Override
    public void message(ChatMessage message) {
      tell("shown " + message.text());
    }

    @Override
    public void stateChanged(Outgoing message, SendState state) {
      if (state instanceof SendState.Queued) {
        tell("queued " + message.text());
      }
      if (state instanceof SendState.Stored) {
        ROOM.release();
      }
    }

    @Override
    public void stateChanged(ConnectionState state) {}
  }
}
