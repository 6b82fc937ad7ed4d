package io.chatserver.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.bench.process.ServerProcess;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** What a server that is killed or stopped leaves behind; the same on every database. */
abstract class CrashCases {
  private static final int KILLS = 3;
  private static final String SEED = "chatserver.seed";

  @TempDir private Path directory;

  /** The settings that keep a server's data in an empty database. */
  abstract Map<String, String> emptyDatabase(Path directory);

  final ServerProcess startServer() {
    var settings = new HashMap<>(emptyDatabase(directory));
    settings.put("account.hash_memory_kib", "64");
    settings.put("account.hash_iterations", "1");
    // Who is stuck online after a kill is found out by this.
    settings.put("session.second_login", "reject");
    settings.put("storage.connect_timeout", "1s");
    settings.put("storage.statement_timeout", "2s");
    return ServerProcess.start(settings);
  }

  /** A source of random moments, whose seed stands in the report: set it to go there again. */
  static Random random(TestReporter report) {
    long seed = Long.getLong(SEED, System.nanoTime());
    report.publishEntry(SEED, Long.toString(seed));
    return new Random(seed);
  }

  static void checkNoStackTrace(ServerProcess server) {
    assertThat(server.output()).doesNotContain("Exception").doesNotContain("\tat ");
  }

  @Test
  void twoUsersAndARestartBetweenThem() {
    try (var server = startServer();
        var alice = TestUser.connect(server.port());
        var bob = TestUser.connect(server.port())) {
      alice.register("alice");
      bob.register("bob");
      alice.logIn();
      for (int i = 1; i <= 100; i++) {
        alice.say(bob, "message " + i);
      }
      bob.reset();

      assertThat(server.terminate()).isZero();
      checkNoStackTrace(server);
      server.restart();

      try (var bobAgain = TestUser.connect(server.port())) {
        bobAgain.actAs(bob);
        bobAgain.logIn();
        for (int i = 1; i <= 100; i++) {
          assertThat(bobAgain.nextText()).isEqualTo("message " + i);
        }
        assertThat(bobAgain.say(alice, "thanks").seq()).isEqualTo(101);
      }
    }
  }

  @Test
  void killedUnderLoadItLosesNothing(TestReporter report) {
    var random = random(report);
    try (var server = startServer();
        var load = new Load(server.port(), random)) {
      for (int kill = 0; kill < KILLS; kill++) {
        load.startUntilServerIsGone();
        load.awaitAcknowledged(random.nextInt(2000));
        server.kill();
        load.await();
        checkNoStackTrace(server);
        server.restart();
        load.reconnect();
      }
      report.publishEntry("acknowledged", Long.toString(load.acknowledged()));

      load.checkNothingWasLost();
    }
  }

  @Test
  void stoppedUnderLoadItLosesNothing(TestReporter report) {
    var random = random(report);
    try (var server = startServer();
        var load = new Load(server.port(), random)) {
      for (int stop = 0; stop < 2; stop++) {
        load.startUntilServerIsGone();
        load.awaitAcknowledged(random.nextInt(2000));
        assertThat(server.terminate()).isZero();
        load.await();
        checkNoStackTrace(server);
        server.restart();
        load.reconnect();
      }

      load.checkNothingWasLost();
    }
  }
}
