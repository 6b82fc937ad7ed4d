package io.chatserver.server.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.server.config.ServerConfig;
import java.io.IOException;
import java.net.URI;
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
