package io.chatserver.server.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.server.config.ServerConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MigrationsIT extends MigrationsContract {
  private static final Duration CLIENT_TIMEOUT = Duration.ofSeconds(30);

  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.mariaDb();

  /** The file that consists of many statements. */
  private static final int ENTRIES = 5;

  MigrationsIT() {
    super(DATABASE);
  }

  @Test
  void startsOnASchemaThatWasMadeWithTheCommandLineClient() {
    var config = DATABASE.empty(Map.of());
    files().forEach(file -> applyByHand(config, file));

    Database.open(config).close();
    Database.open(withoutMigrate(config)).close();

    assertThat(number(config, "SELECT COUNT(*) FROM schema_version")).isEqualTo(Migrations.CURRENT);
    assertThat(
            number(
                config,
                "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE()"
                    + " AND table_name LIKE 'flyway%'"))
        .isZero();
  }

  /** The server was killed behind a statement; what it did before that stays done. */
  @Test
  void completesAFileThatWasInterruptedBehindAnyStatement() throws Exception {
    var entries = files().get(ENTRIES - 1);
    var statements = statements(entries);
    assertThat(statements).hasSizeGreaterThan(10);
    for (int done = 0; done <= statements.size(); done++) {
      var config = DATABASE.empty(Map.of());
      files().subList(0, ENTRIES - 1).forEach(file -> applyByHand(config, file));
      var text = "INSERT INTO message VALUES (1, 1, 1, 7, 0, 'one', NULL)";
      execute(config, text);
      try (var dataSource = dataSource(config);
          var connection = dataSource.getConnection();
          var statement = connection.createStatement()) {
        for (var sql : statements.subList(0, done)) {
          statement.execute(sql);
        }
      }

      Database.open(config).close();

      assertThat(number(config, "SELECT COUNT(*) FROM log_entry WHERE others = 0 AND rights = 0"))
          .as("after %s statements", done)
          .isEqualTo(1);
      assertThat(number(config, "SELECT renewals FROM log_epoch")).isZero();
      applyByHand(config, entries);
      assertThat(number(config, "SELECT COUNT(*) FROM log_entry")).isEqualTo(1);
      assertThat(number(config, "SELECT MAX(version) FROM schema_version"))
          .isEqualTo(Migrations.CURRENT);
    }
  }

  private static List<String> statements(Path file) throws IOException {
    var lines = Files.readAllLines(file).stream().filter(line -> !line.startsWith("--")).toList();
    return Stream.of(String.join("\n", lines).split(";\n"))
        .map(String::strip)
        .filter(sql -> !sql.isEmpty())
        .toList();
  }

  /** As after a full disk: what failed is tried again when the server starts the next time. */
  @Test
  void triesAFileAgainThatFailed() {
    var config = DATABASE.empty(Map.of());
    Database.open(config).close();
    execute(config, "DELETE FROM schema_version WHERE version = " + Migrations.CURRENT);
    execute(
        config,
        "UPDATE flyway_schema_history SET success = 0 WHERE version = '"
            + Migrations.CURRENT
            + "'");

    Database.open(config).close();

    assertThat(number(config, "SELECT MAX(version) FROM schema_version"))
        .isEqualTo(Migrations.CURRENT);
    assertThat(number(config, "SELECT COUNT(*) FROM flyway_schema_history WHERE success = 0"))
        .isZero();
  }

  @Test
  void letsTwoServersStartOnAnEmptyDatabaseAtOnce() throws Exception {
    var config = DATABASE.empty(Map.of());

    try (var executor = Executors.newFixedThreadPool(3)) {
      var starts = executor.invokeAll(Stream.generate(() -> start(config)).limit(3).toList());
      for (var start : starts) {
        assertThat(start.get()).isTrue();
      }
    }

    assertThat(number(config, "SELECT COUNT(*) FROM schema_version")).isEqualTo(Migrations.CURRENT);
  }

  private static Callable<Boolean> start(ServerConfig.Storage config) {
    return () -> {
      Database.open(config).close();
      return true;
    };
  }

  private static ServerConfig.Storage withoutMigrate(ServerConfig.Storage config) {
    return new ServerConfig.Storage(
        config.url(),
        config.user(),
        config.password(),
        config.poolSize(),
        false,
        config.connectTimeout(),
        config.statementTimeout(),
        config.slowStatement(),
        config.writeQueue(),
        config.diskWarning());
  }

  /** {@code mariadb … DATABASE < file}: the command that the file itself names. */
  @Override
  void applyByHand(ServerConfig.Storage config, Path file) {
    var url = URI.create(config.url().substring("jdbc:".length()));
    var command =
        List.of(
            "mariadb",
            "--no-defaults",
            "--init-command=SET autocommit = 1",
            "--protocol=tcp",
            "--host=" + url.getHost(),
            "--port=" + url.getPort(),
            "--user=" + config.user(),
            "--password=" + config.password().value(),
            url.getPath().substring(1));
    try {
      var client =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(file.toFile())
              .start();
      try (var output = client.inputReader()) {
        assertThat(output.readAllAsString()).isEmpty();
      }
      assertThat(client.waitFor(CLIENT_TIMEOUT)).isTrue();
      assertThat(client.exitValue()).isZero();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
