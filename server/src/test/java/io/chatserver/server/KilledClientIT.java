package io.chatserver.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chatserver.bench.process.ServerProcess;
import io.chatserver.protocol.ConversationId;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The terminal client as a process that does not end as it should, at a real server. */
class KilledClientIT {
  private static final Path LAUNCHER = Path.of("../bin/client").toAbsolutePath().normalize();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int ROUNDS = 4;
  private static final int LINES = 300;
  private static final int SENT_BEFORE_THE_KILL = 20;
  private static final int FAULT = 70;

  @TempDir private Path directory;
  private ServerProcess server;
  private TestUser alice;
  private TestUser bob;

  @BeforeEach
  void start() {
    var settings = new HashMap<>(ServerProcess.embedded(directory.resolve("data")));
    settings.put("account.hash_memory_kib", "64");
    server = ServerProcess.start(settings);
    alice = TestUser.connect(server.port());
    alice.register("alice");
    bob = TestUser.connect(server.port());
    bob.register("bob");
  }

  @AfterEach
  void stop() {
    alice.close();
    bob.close();
    server.close();
  }

  /** In every other round the server has stored what the killed client knows nothing of. */
  @Test
  void eachLineIsStoredOnceAndInOrder() throws Exception {
    var queued = new ArrayList<Integer>();
    try (var network = Network.to(server.port())) {
      for (int round = 1; round <= ROUNDS; round++) {
        int first = round * LINES;
        network.loseNothing();
        try (var client = Client.start(this, alice, network.port())) {
          client.type(
              IntStream.range(first, first + LINES)
                  .mapToObj(i -> "/msg " + bob.id() + " " + i + "\n")
                  .collect(Collectors.joining()));
          long last = client.readSent(SENT_BEFORE_THE_KILL, queued);
          if (round % 2 == 0) {
            network.loseAnswers();
            await().until(() -> stored().size() > last);
          }
          client.kill();
          client.readSent(Integer.MAX_VALUE, queued);
        }
      }
      network.loseNothing();
      try (var client = Client.start(this, alice, network.port())) {
        client.type("");
        client.readSent(Integer.MAX_VALUE, queued);
        assertThat(client.exitCode()).isZero();
      }
    }

    assertThat(queued).hasSizeGreaterThanOrEqualTo(ROUNDS * SENT_BEFORE_THE_KILL);
    assertThat(stored()).isSorted().doesNotHaveDuplicates().containsAll(queued);
  }

  @Test
  void whatCouldNotBePrintedIsPrintedByTheNextRun() throws Exception {
    alice.logIn();
    try (var client = Client.start(this, bob, server.port(), "--linger", "60")) {
      client.type("");
      client.await("state\tlogged-in");
      alice.say(bob, "1");
      client.await("message");
      client.closeOutput();
      alice.say(bob, "2");
      assertThat(client.exitCode()).isEqualTo(FAULT);
    }

    try (var client = Client.start(this, bob, server.port(), "--linger", "60")) {
      client.type("");
      assertThat(client.await("message")).endsWith("\t2");
    }
  }

  private List<Integer> stored() throws SQLException {
    var url = "jdbc:sqlite:" + directory.resolve("data/chat.db");
    try (var database = DriverManager.getConnection(url);
        var statement =
            database.prepareStatement(
                "SELECT body FROM log_entry WHERE conversation_id = ? ORDER BY seq")) {
      statement.setLong(1, ConversationId.direct(alice.id(), bob.id()).value());
      var texts = new ArrayList<Integer>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          texts.add(Integer.valueOf(rows.getString(1)));
        }
      }
      return texts;
    }
  }

  /** A client that reads its commands from here. */
  private record Client(Process process, BufferedReader lines) implements AutoCloseable {
    static Client start(KilledClientIT test, TestUser as, int port, String... options)
        throws IOException {
      var password = Files.writeString(test.directory.resolve(as.name()), as.password());
      var command =
          new ArrayList<>(
              List.of(LAUNCHER.toString(), "127.0.0.1", "" + port, "--user", "" + as.id()));
      command.addAll(List.of("--password-file", password.toString()));
      command.addAll(List.of("--state-dir", test.directory.resolve("state").toString()));
      command.addAll(List.of(options));
      var process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      // Else one that does not say what is waited for would hold the test for ever.
      CompletableFuture.delayedExecutor(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS)
          .execute(() -> process.toHandle().destroyForcibly());
      return new Client(process, process.inputReader(UTF_8));
    }

    /** Gives it all that it is to read. */
    void type(String text) {
      Thread.ofVirtual()
          .start(() -> {
            try (var in = process.outputWriter(UTF_8)) {
              in.write(text);
            } catch (IOException _) {
              // It was killed.
            }
          });
    }

    /** Reads until so many are sent, notes the numbers that are queued, and gives the last seq. */
    long readSent(int count, List<Integer> queued) throws IOException {
      long last = 0;
      int sent = 0;
      String line;
      while (sent < count && (line = lines.readLine()) != null) {
        var fields = line.split("\t", -1);
        if (fields[0].equals("queued") && fields.length == 3) {
          queued.add(Integer.valueOf(fields[2]));
        }
        if (fields[0].equals("sent") && fields.length == 5) {
          last = Long.parseLong(fields[2]);
          sent++;
        }
      }
      return last;
    }

    String await(String beginning) throws IOException {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(beginning)) {
          return line;
        }
      }
      throw new AssertionError("it ended without " + beginning);
    }

    /** Unlike the process's own way, this leaves what it has said to be read. */
    void kill() {
      var _ = process.toHandle().destroyForcibly();
    }

    void closeOutput() throws IOException {
      lines.close();
    }

    int exitCode() throws InterruptedException {
      assertThat(process.waitFor(PATIENCE)).as("ended by itself").isTrue();
      return process.exitValue();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }
}
