package io.chatserver.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.bench.check.Check;
import io.chatserver.bench.check.CheckedServer;
import io.chatserver.bench.check.Kills;
import io.chatserver.bench.check.Settings;
import io.chatserver.bench.check.StartedServer;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * The short form of {@code bin/bench check}: a server that is killed again and again under load.
 */
class CheckIT {
  private static final String SEED = "chatserver.seed";
  private static final int KILLS = 3;

  @TempDir private Path directory;

  @Test
  void onSqliteNothingIsLostRepeatedOrMoved(TestReporter report) {
    try (var server = StartedServer.onSqlite(directory)) {
      check(server, server::killAndRestart, report);
    }
  }

  @Test
  void onMariaDbNothingIsLostRepeatedOrMoved(TestReporter report) {
    try (var server = StartedServer.onMariaDb(directory)) {
      check(server, server::killAndRestart, report);
    }
  }

  private static void check(CheckedServer server, Runnable kill, TestReporter report) {
    long seed = Long.getLong(SEED, System.nanoTime());
    var settings = new Settings(16, 4, Duration.ofSeconds(6), 200, seed);
    var outcome =
        Check.run(
            server, new Kills(kill, KILLS, seed), settings, new PrintWriter(Writer.nullWriter()));
    report.publishEntry("check", outcome.toString());

    assertThat(outcome.isGood()).as("%s", outcome.describe()).isTrue();
    assertThat(outcome.acknowledged()).isPositive();
  }
}
