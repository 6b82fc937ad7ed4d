package io.chatserver.server;

import io.chatserver.bench.process.MariaDb;
import io.chatserver.bench.process.ServerProcess;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

class MariaDbCrashIT extends CrashCases {
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
  void aDatabaseThatIsKilledCostsNoSessionAndNoMessage(TestReporter report) {
    var random = random(report);
    try (var server = startServer();
        var load = new Load(server.port(), random)) {
      for (int kill = 0; kill < 2; kill++) {
        load.startUntilFinished();
        load.awaitAcknowledged(random.nextInt(2000));
        mariaDb.kill();
        load.awaitRefused();
        mariaDb.restart();
        load.awaitAcknowledged(200);
        load.finish();
      }
      checkNoStackTrace(server);

      load.checkNothingWasLost();
    }
  }
}
