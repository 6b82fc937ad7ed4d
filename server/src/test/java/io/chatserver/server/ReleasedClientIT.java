package io.chatserver.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chatserver.bench.process.ServerProcess;
import io.chatserver.protocol.GroupId;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The client as it was released before the log had entries that are no texts: its own jars. It gets
 * every text once, in order, through joinings, and asks for nothing again and again.
 */
class ReleasedClientIT {
  private static final Path RELEASED = Path.of("src/test/released/1c3860f");
  private static final Path LIBRARIES = Path.of("../client/target/lib");
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int HISTORY_REQUEST = 21;

  @TempDir private Path directory;
  private final AtomicInteger historyRequests = new AtomicInteger();
  private ServerProcess server;
  private FaultyProxy proxy;
  private TestUser alice;
  private GroupId group;
  private int joined;

  @BeforeEach
  void start() throws IOException {
    var settings = new HashMap<>(ServerProcess.embedded(directory.resolve("data")));
    settings.put("account.hash_memory_kib", "64");
    server = ServerProcess.start(settings);
    proxy = FaultyProxy.start(server::port, FaultyProxy.Said::passOn, this::count);
    alice = TestUser.loggedIn(server.port(), "alice");
    group = alice.createGroup("team");
    Files.writeString(directory.resolve("password"), "a good password\n");
  }

  @AfterEach
  void stop() {
    alice.close();
    proxy.close();
    server.close();
  }

  private void count(FaultyProxy.Asked asked) throws IOException {
    if (asked.line().contains("\"msgid\":" + HISTORY_REQUEST)) {
      historyRequests.incrementAndGet();
    }
    asked.passOn();
  }

  /** Texts, with someone who joins before each. */
  private void talk(int from, int to) {
    for (int i = from; i <= to; i++) {
      try (var other = TestUser.loggedIn(server.port(), "user" + ++joined)) {
        other.join(group);
      }
      alice.say(group, "text " + i);
    }
  }

  private static List<String> texts(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(i -> "text " + i).toList();
  }

  @Test
  void getsEveryTextOnceThroughJoinings() throws Exception {
    try (var client = new Client("--register")) {
      client.type("/join " + group);
      client.awaitLine("in-group\t");
      talk(1, 10);
      client.awaitTexts(texts(1, 10));
      // Its own text follows on an entry that it does not read.
      client.type("/group " + group + " mine");
      client.awaitLine("sent\t");
      talk(11, 12);
      client.awaitTexts(texts(1, 12));
      client.type("/to #" + group);
      client.type("/history 30");
      client.awaitLine("done\thistory");
      assertThat(client.fields("history"))
          .isEqualTo(
              Stream.of(texts(1, 10), List.of("mine"), texts(11, 12))
                  .flatMap(List::stream)
                  .toList());
      client.end();
      assertThat(client.errors()).isEmpty();
    }
    // One that a person asked for, and at most one for each hole that a joining leaves.
    assertThat(historyRequests.getAndSet(0)).isLessThanOrEqualTo(2 + joined);

    talk(13, 200);
    try (var client = new Client()) {
      client.awaitTexts(texts(13, 200));
      talk(201, 202);
      client.awaitTexts(texts(13, 202));
      client.end();
      assertThat(client.errors()).isEmpty();
    }
    // It comes in pages, and each of the last two texts behind a joining.
    assertThat(historyRequests.get()).isLessThanOrEqualTo(10);
    try (var client = new Client()) {
      client.awaitLine("state\tlogged-in");
      talk(203, 203);
      client.awaitTexts(texts(203, 203));
      client.end();
    }
    assertThat(server.output()).doesNotContain("WARN", "ERROR");
  }

  /** A run of the released client, in plain mode. */
  private final class Client implements AutoCloseable {
    private final Path output = Files.createTempFile(directory, "client", ".out");
    private final Path error = Files.createTempFile(directory, "client", ".err");
    private final Process process;
    private final BufferedWriter input;

    Client(String... more) throws IOException {
      var command =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "--enable-native-access=ALL-UNNAMED",
                  "--sun-misc-unsafe-memory-access=allow",
                  "-cp",
                  classPath(),
                  "io.chatserver.client.ChatClient",
                  "127.0.0.1",
                  Integer.toString(proxy.address().getPort()),
                  "--state-dir",
                  directory.resolve("state").toString(),
                  "--user",
                  "old",
                  "--password-file",
                  directory.resolve("password").toString()));
      command.addAll(List.of(more));
      process =
          new ProcessBuilder(command)
              .redirectOutput(output.toFile())
              .redirectError(error.toFile())
              .start();
      input = process.outputWriter();
    }

    private static String classPath() throws IOException {
      try (var libraries = Files.list(LIBRARIES);
          var released = Files.list(RELEASED)) {
        return Stream.concat(
                released.filter(file -> file.toString().endsWith(".jar")),
                libraries.filter(file -> !file.getFileName().toString().contains("chatserver")))
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator));
      }
    }

    void type(String line) throws IOException {
      input.write(line + "\n");
      input.flush();
    }

    private List<String> lines() {
      try {
        return Files.readAllLines(output);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void awaitLine(String begin) {
      await().atMost(PATIENCE).until(() -> lines().stream().anyMatch(it -> it.startsWith(begin)));
    }

    /** The last fields of the lines with a word. */
    List<String> fields(String word) {
      return lines().stream()
          .filter(line -> line.startsWith(word + "\t"))
          .map(line -> line.substring(line.lastIndexOf('\t') + 1))
          .toList();
    }

    void awaitTexts(List<String> expected) {
      await().atMost(PATIENCE).until(() -> fields("message").size() >= expected.size());
      assertThat(fields("message")).isEqualTo(expected);
    }

    /** What went wrong, by its own word. */
    List<String> errors() throws IOException {
      return Stream.concat(fields("error").stream(), Files.readAllLines(error).stream()).toList();
    }

    void end() throws IOException, InterruptedException {
      type("/quit");
      assertThat(process.waitFor(PATIENCE)).isTrue();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }
}
