package io.chatserver.server.account;

import io.chatserver.protocol.UserId;
import io.chatserver.server.storage.Database;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/**
 * The SQL of accounts.
 *
 * <p>Threads: any; every call blocks.
 */
public final class AccountStore {
  private final Database database;

  public AccountStore(Database database) {
    this.database = database;
  }

  /** An account and the hash of its password. */
  record Credentials(Account account, String passwordHash) {
    @Override
    public String toString() {
      return "Credentials[" + account + "]";
    }
  }

  /** Stores an account; a name that is taken fails as a duplicate key. */
  UserId insert(String name, String passwordHash, long createdAtMicros) {
    return database.write(
        "store an account",
        connection -> {
          try (var statement =
              connection.prepareStatement(
                  "INSERT INTO account (name, password_hash, created_at) VALUES (?, ?, ?)",
                  Statement.RETURN_GENERATED_KEYS)) {
            statement.setString(1, name);
            statement.setString(2, passwordHash);
            statement.setLong(3, createdAtMicros);
            statement.executeUpdate();
            try (var keys = statement.getGeneratedKeys()) {
              keys.next();
              return new UserId(keys.getInt(1));
            }
          }
        });
  }

  Optional<Credentials> credentials(UserId id) {
    return database.read(
        "read an account",
        connection -> {
          try (var statement =
              connection.prepareStatement(
                  "SELECT id, name, password_hash FROM account WHERE id = ?")) {
            statement.setInt(1, id.value());
            return credentials(statement);
          }
        });
  }

  Optional<Credentials> credentials(String name) {
    return database.read(
        "read an account by name",
        connection -> {
          try (var statement =
              connection.prepareStatement(
                  "SELECT id, name, password_hash FROM account WHERE name = ?")) {
            statement.setString(1, name);
            // MySQL does not compare blanks at the end.
            return credentials(statement).filter(found -> found.account().name().equals(name));
          }
        });
  }

  private static Optional<Credentials> credentials(PreparedStatement statement)
      throws SQLException {
    try (ResultSet rows = statement.executeQuery()) {
      if (!rows.next()) {
        return Optional.empty();
      }
      var account = new Account(new UserId(rows.getInt(1)), rows.getString(2));
      return Optional.of(new Credentials(account, rows.getString(3)));
    }
  }
}
