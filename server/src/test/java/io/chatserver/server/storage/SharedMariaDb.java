package io.chatserver.server.storage;

import static java.util.Objects.requireNonNull;

import io.chatserver.bench.process.MariaDb;
import io.chatserver.server.config.ServerConfig;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One MariaDB for all tests of this JVM, started by the first that needs it. */
final class SharedMariaDb implements DatabaseKind {
  /** As other people's databases may be: the server has to set each connection up for itself. */
  private static final List<String> ODD_DEFAULTS =
      List.of(
          "--autocommit=0",
          "--character-set-server=latin1",
          "--skip-character-set-client-handshake",
          "--sql-mode=ANSI_QUOTES",
          "--transaction-isolation=READ-UNCOMMITTED",
          "--default-time-zone=+05:30");

  private static final AtomicInteger DATABASES = new AtomicInteger();

  private @Nullable MariaDb mariaDb;

  /** What JUnit closes at the end of all tests. */
  private record Running(MariaDb mariaDb, TestDirectory directory) implements AutoCloseable {
    static Running start() {
      var directory = new TestDirectory();
      return new Running(MariaDb.start(directory.path(), ODD_DEFAULTS), directory);
    }

    @Override
    public void close() {
      mariaDb.close();
      directory.close();
    }
  }

  @Override
  public void start(ExtensionContext context) {
    mariaDb =
        context
            .getRoot()
            .getStore(ExtensionContext.Namespace.GLOBAL)
            .getOrComputeIfAbsent(Running.class, _ -> Running.start(), Running.class)
            .mariaDb();
  }

  MariaDb mariaDb() {
    return requireNonNull(mariaDb, "not started");
  }

  @Override
  public Map<String, String> createDatabase() {
    var name = "test_" + DATABASES.incrementAndGet();
    mariaDb().createDatabase(name);
    return Map.of(
        "storage.url", mariaDb().jdbcUrl(name),
        "storage.user", mariaDb().user(),
        "storage.password", mariaDb().password());
  }

  @Override
  public TestDatabase.Outage breakDown(ServerConfig.Storage database) {
    mariaDb().kill();
    return () -> mariaDb().restart();
  }

  @Override
  public void stop() {}
}
