package io.chatserver.server.storage;

import io.chatserver.server.config.ServerConfig;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;

/** SQLite: each database is a file. Another process that writes and does not end blocks it. */
final class SqliteFiles implements DatabaseKind {
  private final TestDirectory directory = new TestDirectory();
  private int databases;

  @Override
  public void start(ExtensionContext context) {}

  @Override
  public Map<String, String> createDatabase() {
    databases++;
    return Map.of("storage.url", "jdbc:sqlite:" + directory.path().resolve(databases + ".db"));
  }

  @Override
  public TestDatabase.Outage breakDown(ServerConfig.Storage database) {
    try {
      var blocker = DriverManager.getConnection(database.url());
      try (var statement = blocker.createStatement()) {
        statement.execute("PRAGMA busy_timeout = 5000");
        statement.execute("BEGIN EXCLUSIVE");
      }
      return () -> {
        try {
          blocker.close();
        } catch (SQLException e) {
          throw new IllegalStateException(e);
        }
      };
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void stop() {
    directory.close();
  }
}
