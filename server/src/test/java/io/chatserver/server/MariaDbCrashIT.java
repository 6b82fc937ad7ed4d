package io.chatserver.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.bench.process.MariaDb;
import io.chatserver.bench.process.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

class MariaDbCrashIT extends CrashCases {
  /** How long the database is down: 10 s and more are for runs by hand. */
  private static final Duration OUTAGE =
      Duration.ofSeconds(Integer.getInteger("chatserver.outage.seconds", 3));

  private static MariaDb mariaDb;
  private static int databases;

  @BeforeAll
  static void startMariaDb(@TempDir Path directory) {
    mariaDb = MariaDb.start(directory);
  }

  @AfterAll
  static void stopMariaDb() {
    mariaDb.close();
  }

  @Override
  Map<String, String> emptyDatabase(Path directory) {
    databases++;
    mariaDb.createDatabase("chat" + databases);
    return ServerProcess.on(mariaDb, "chat" + databases, directory);
  }

  @Test
  void aDatabaseThatIsDownForAWhileCostsNoSessionAndNoMessage(TestReporter report) {
    var random = random(report);
    try (var server = startServer();
        var load = new Load(server.port(), random);
        var bystander = TestUser.connect(server.port())) {
      bystander.register("bystander");
      bystander.logIn();
      for (Runnable goDown : List.<Runnable>of(mariaDb::kill, mariaDb::stop)) {
        load.startUntilFinished();
        load.awaitAcknowledged(random.nextInt(2000));
        goDown.run();
        var end = Instant.now().plus(OUTAGE);
        do {
          load.awaitRefused();
          assertThat(bystander.isServed()).isTrue();
        } while (Instant.now().isBefore(end));
        mariaDb.restart();
        load.awaitAcknowledged(200);
        load.finish();
      }
      checkNoStackTrace(server);

      load.checkNothingWasLost();
      bystander.say(bystander, "still here");
    }
  }
}
