package io.chatserver.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chatserver.bench.process.ServerProcess;
import io.chatserver.protocol.GroupId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * Connections that together would hold more than the JVM has: of each kind alone, and of all at
 * once. The server lives, serves two well-behaved users meanwhile, and holds nothing afterwards.
 */
@SuppressWarnings("NullAway.Init") // Each test starts its own server first.
class MemoryBudgetIT {
  private static final Path LAUNCHER = Path.of("../bin/server").toAbsolutePath().normalize();
  private static final int USERS = 120;
  private static final int CROWD = 500;
  private static final int TEXT = 16_000;
  private static final int BUFFERS = 32 << 20;
  private static final Pattern HELD =
      Pattern.compile("chat_memory_used_bytes\\{of=\"\\w+\",use=\"(\\w+)\"\\} (\\S+)");

  @TempDir private Path directory;

  private ServerProcess server;
  private int adminPort;
  private TestUser carol;
  private TestUser dave;
  private GroupId group;
  private final List<TestUser> users = new ArrayList<>();
  private double peak;
  private int exchanged;

  @Test
  void aQuarterGigabyteOfHeapWithstandsEachKindAloneAndAllTogether(TestReporter report)
      throws IOException {
    start("-Xmx256m -Dio.netty.maxDirectMemory=" + BUFFERS);

    report.publishEntry("frames", run(this::sendHalfObjects));
    report.publishEntry("answers", run(this::sendPings));
    report.publishEntry("requests", run(this::sendBehindAPage));
    report.publishEntry("pages", run(this::askForHistories));
    report.publishEntry("all", run(this::doAll));
    stop();
  }

  @Test
  void halfAGigabyteOfHeapWithstandsAllTogether(TestReporter report) throws IOException {
    start("-Xmx512m -Dio.netty.maxDirectMemory=" + BUFFERS);

    report.publishEntry("all", run(this::doAll));
    stop();
  }

  private void start(String javaOptions) throws IOException {
    var launcher = directory.resolve("server-with-little-memory");
    Files.writeString(
        launcher, "#!/bin/sh\nJAVA_OPTS='" + javaOptions + "' exec '" + LAUNCHER + "' \"$@\"\n");
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
    adminPort = AdminClient.freePort();
    var settings = new HashMap<>(ServerProcess.embedded(directory.resolve("data")));
    settings.put("account.hash_memory_kib", "8");
    settings.put("account.hash_iterations", "1");
    settings.put("limits.sessions", "100");
    settings.put("throttle.exempt", "127.0.0.0/8");
    settings.put("admin.port", Integer.toString(adminPort));
    server = ServerProcess.start(launcher, settings);
    carol = TestUser.loggedIn(server.port(), "carol");
    dave = TestUser.loggedIn(server.port(), "dave");
    fillTheGroup();
  }

  /** All users are in one group, in which more was said than one page holds. */
  private void fillTheGroup() {
    group = carol.createGroup("crowd");
    for (int i = 0; i < USERS; i++) {
      var user = TestUser.loggedIn(server.port(), "user");
      user.join(group);
      users.add(user);
    }
    for (int i = 0; i < 10; i++) {
      carol.say(group, "x".repeat(TEXT));
    }
    users.forEach(TestUser::close);
  }

  private String run(Consumer<Crowd> attack) {
    peak = 0;
    exchanged = 0;
    long before = (long) metric("chat_memory_closed_total");
    long closed;
    try (var crowd = Crowd.loggedIn(server.port(), CROWD, this::login)) {
      attack.accept(crowd);
      // Longer than a connection may take nothing while memory is short.
      long end = System.nanoTime() + Duration.ofMillis(2500).toNanos();
      while (System.nanoTime() < end) {
        othersGoOn();
      }
      closed = (long) metric("chat_memory_closed_total") - before;
    }
    assertThat(server.output()).doesNotContain("OutOfMemoryError");
    await().atMost(Duration.ofSeconds(20)).untilAsserted(this::assertNothingIsHeld);
    return "peak %.2f, closed %d, exchanged %d".formatted(peak, closed, exchanged);
  }

  private void stop() {
    carol.close();
    dave.close();
    assertThat(server.terminate()).isZero();
    server.close();
  }

  private void othersGoOn() {
    exchanged++;
    carol.say(dave, "hello " + exchanged);
    assertThat(dave.nextText()).isEqualTo("hello " + exchanged);
    assertThat(dave.isServed()).isTrue();
    peak = Math.max(peak, metric("chat_memory_fraction"));
  }

  private void assertNothingIsHeld() {
    var text = new AdminClient(adminPort).metrics();
    var held = HELD.matcher(text);
    while (held.find()) {
      boolean isConnections = held.group(1).equals("connections");
      assertThat(Double.parseDouble(held.group(2)))
          .as(held.group(1))
          .isLessThanOrEqualTo(isConnections ? 4 * 4096 : 0);
    }
    assertThat(metric("chat_memory_waiting")).isZero();
  }

  private double metric(String name) {
    return new AdminClient(adminPort).value(name);
  }

  private String login(int i) {
    var user = users.get(i % USERS);
    return "{\"msgid\":1,\"rid\":1,\"id\":%d,\"password\":\"%s\",\"ack\":true,\"cursors\":{\"g%d\":10}}"
        .formatted(user.id().value(), user.password(), group.value());
  }

  /** An object that does not end: 32 MB of buffers. */
  private void sendHalfObjects(Crowd crowd) {
    crowd.send(_ -> text("x".repeat(60_000)));
  }

  /** Answers up to the 64 KiB after which a connection is not read: 22 MB in twice the buffers. */
  private void sendPings(Crowd crowd) {
    crowd.send(i -> i % 3 == 0 ? pings() : "");
  }

  /**
   * Places that wait for a history of which another connection reads nothing: 180 MB of heap at
   * most.
   */
  private void sendBehindAPage(Crowd crowd) {
    crowd.send(_ -> history() + places());
  }

  /** A page for each user: 120 of 130 KB in buffers of 256 KiB. */
  private void askForHistories(Crowd crowd) {
    crowd.send(_ -> history().repeat(3));
  }

  private void doAll(Crowd crowd) {
    crowd.send(i ->
        switch (i % 4) {
          case 0 -> text("x".repeat(60_000));
          case 1 -> pings();
          case 2 -> history() + places();
          default -> history().repeat(3);
        });
  }

  private static String pings() {
    return "{\"msgid\":12,\"rid\":2}\n".repeat(1700);
  }

  private static String places() {
    return IntStream.range(1000, 7000)
        .mapToObj(i -> "\"g" + i + "\":1")
        .collect(Collectors.joining(",", "{\"msgid\":18,\"rid\":3,\"received\":{", "}}\n"));
  }

  private String history() {
    return "{\"msgid\":21,\"rid\":3,\"conversation\":\"g%d\",\"limit\":100}\n"
        .formatted(group.value());
  }

  private String text(String text) {
    return "{\"msgid\":6,\"rid\":4,\"toid\":%d,\"msg\":\"%s".formatted(carol.id().value(), text);
  }
}
