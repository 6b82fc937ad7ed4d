package io.chatserver.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chatserver.bench.process.ServerProcess;
import io.chatserver.protocol.GroupId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A server process with little memory, a crowd of users in one group with more messages than a page
 * holds, and two well-behaved users, Carol and Dave.
 *
 * <p>Threads: one.
 */
final class AttackedServer implements AutoCloseable {
  private static final Path LAUNCHER = Path.of("../bin/server").toAbsolutePath().normalize();
  private static final int USERS = 100;
  private static final int CROWD = 400;
  private static final int MESSAGES = 10;
  private static final int TEXT_LENGTH = 16_000;

  /** As long as a connection may take nothing while memory is short. */
  private static final Duration ATTACK = Duration.ofSeconds(2);

  /** The part of the budget from which on connections are not read. */
  private static final double SHORT = 0.6;

  /** What the few connections that stay are charged at least. */
  private static final int LEAST_HELD = 4 * 4096;

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Pattern HELD =
      Pattern.compile("chat_memory_used_bytes\\{of=\"\\w+\",use=\"(\\w+)\"\\} (\\S+)");

  private final AdminClient admin;
  private final ServerProcess server;
  private final TestUser carol;
  private final TestUser dave;
  private final GroupId group;
  private final List<TestUser> users;

  AttackedServer(Path directory, String javaOptions) throws IOException {
    int adminPort = AdminClient.freePort();
    admin = new AdminClient(adminPort);
    var settings = new HashMap<>(ServerProcess.embedded(directory.resolve("data")));
    settings.put("account.hash_memory_kib", "8");
    settings.put("account.hash_iterations", "1");
    settings.put("throttle.exempt", "127.0.0.0/8");
    settings.put("admin.port", Integer.toString(adminPort));
    server = ServerProcess.start(launcher(directory, javaOptions), settings);
    carol = TestUser.loggedIn(server.port(), "carol");
    dave = TestUser.loggedIn(server.port(), "dave");
    group = carol.createGroup("crowd");
    users = Stream.generate(this::newMember).limit(USERS).toList();
    for (int i = 0; i < MESSAGES; i++) {
      carol.say(group, "x".repeat(TEXT_LENGTH));
    }
  }

  private static Path launcher(Path directory, String javaOptions) throws IOException {
    var launcher = directory.resolve("server-with-little-memory");
    Files.writeString(
        launcher, "#!/bin/sh\nJAVA_OPTS='" + javaOptions + "' exec '" + LAUNCHER + "' \"$@\"\n");
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
    return launcher;
  }

  private TestUser newMember() {
    try (var user = TestUser.loggedIn(server.port(), "user")) {
      user.join(group);
      return user;
    }
  }

  GroupId group() {
    return group;
  }

  /**
   * Lets a crowd log in, send something and read nothing, while Carol and Dave talk; then waits
   * until nothing is held any more.
   *
   * @param text what each of the crowd sends, by its number
   * @return what was seen
   */
  String withstands(IntFunction<String> text) {
    long closedBefore = (long) admin.value("chat_memory_closed_total");
    int exchanged = 0;
    double most = 0;
    try (var crowd = Crowd.loggedIn(server.port(), CROWD, this::login)) {
      crowd.send(text);
      long start = System.nanoTime();
      while (System.nanoTime() - start < (most < SHORT ? PATIENCE : ATTACK).toNanos()) {
        exchange("hello " + exchanged++);
        most = Math.max(most, admin.value("chat_memory_fraction"));
      }
    }
    assertThat(most).as("the part of the budget that was held").isGreaterThan(SHORT);
    assertThat(server.output()).doesNotContain("OutOfMemoryError");
    await().atMost(PATIENCE).untilAsserted(this::assertNothingIsHeld);
    long closed = (long) admin.value("chat_memory_closed_total") - closedBefore;
    return "most %.2f of the budget, %d closed, %d exchanged".formatted(most, closed, exchanged);
  }

  private String login(int i) {
    var user = users.get(i % USERS);
    return ("{\"msgid\":1,\"rid\":1,\"id\":%d,\"password\":\"%s\",\"ack\":true,"
            + "\"cursors\":{\"g%d\":%d}}")
        .formatted(user.id().value(), user.password(), group.value(), MESSAGES);
  }

  private void exchange(String text) {
    carol.say(dave, text);
    assertThat(dave.nextText()).isEqualTo(text);
    assertThat(dave.isServed()).isTrue();
  }

  private void assertNothingIsHeld() {
    var held = HELD.matcher(admin.metrics());
    while (held.find()) {
      assertThat(Double.parseDouble(held.group(2)))
          .as(held.group(1))
          .isLessThanOrEqualTo(held.group(1).equals("connections") ? LEAST_HELD : 0);
    }
    assertThat(admin.value("chat_memory_waiting")).isZero();
  }

  @Override
  public void close() {
    try (server) {
      carol.close();
      dave.close();
      assertThat(server.terminate()).isZero();
    }
  }
}
