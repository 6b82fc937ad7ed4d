package io.chatserver.server.account;

import io.chatserver.protocol.UserId;
import io.chatserver.server.storage.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * The SQL of session tokens. Times are microseconds since 1970.
 *
 * <p>Threads: any; every call blocks.
 */
public final class TokenStore {
  private final Database database;

  public TokenStore(Database database) {
    this.database = database;
  }

  /**
   * Stores a token; of the user's others, those that have expired go, and the oldest. The new one
   * stays, even if the clock was put back and makes it the oldest.
   */
  void insert(byte[] hash, UserId user, long createdAt, long expiresAt, int maxPerUser) {
    database.write(
        "store a session token",
        connection -> {
          try (var statement =
              connection.prepareStatement(
                  "INSERT INTO session_token (token_hash, user_id, created_at, expires_at)"
                      + " VALUES (?, ?, ?, ?)")) {
            statement.setBytes(1, hash);
            statement.setInt(2, user.value());
            statement.setLong(3, createdAt);
            statement.setLong(4, expiresAt);
            statement.executeUpdate();
          }
          return deleteOld(connection, hash, user, createdAt, maxPerUser);
        });
  }

  private static int deleteOld(
      Connection connection, byte[] newest, UserId user, long now, int maxPerUser)
      throws SQLException {
    long oldest = 0;
    try (var statement =
        connection.prepareStatement(
            "SELECT created_at FROM session_token WHERE user_id = ?"
                + " ORDER BY created_at DESC LIMIT 1 OFFSET ?")) {
      statement.setInt(1, user.value());
      statement.setInt(2, maxPerUser - 1);
      try (var rows = statement.executeQuery()) {
        if (rows.next()) {
          oldest = rows.getLong(1);
        }
      }
    }
    try (var statement =
        connection.prepareStatement(
            "DELETE FROM session_token WHERE user_id = ? AND (expires_at <= ? OR created_at < ?)"
                + " AND token_hash <> ?")) {
      statement.setInt(1, user.value());
      statement.setLong(2, now);
      statement.setLong(3, oldest);
      statement.setBytes(4, newest);
      return statement.executeUpdate();
    }
  }

  /** Whose token this is, if it has not expired. */
  Optional<Account> find(byte[] hash, long now) {
    return database.read(
        "read a session token",
        connection -> {
          try (var statement =
              connection.prepareStatement(
                  "SELECT a.id, a.name FROM session_token t JOIN account a ON a.id = t.user_id"
                      + " WHERE t.token_hash = ? AND t.expires_at > ?")) {
            statement.setBytes(1, hash);
            statement.setLong(2, now);
            try (var rows = statement.executeQuery()) {
              return rows.next()
                  ? Optional.of(new Account(new UserId(rows.getInt(1)), rows.getString(2)))
                  : Optional.empty();
            }
          }
        });
  }

  /** Deletes one token of a user; writes nothing if there is none. */
  void delete(UserId user, byte[] hash) {
    if (!exists(user, hash)) {
      return;
    }
    database.write(
        "delete a session token",
        connection -> {
          try (var statement =
              connection.prepareStatement(
                  "DELETE FROM session_token WHERE user_id = ? AND token_hash = ?")) {
            statement.setInt(1, user.value());
            statement.setBytes(2, hash);
            return statement.executeUpdate();
          }
        });
  }

  private boolean exists(UserId user, byte[] hash) {
    return database.read(
        "look for a session token",
        connection -> {
          try (var statement =
              connection.prepareStatement(
                  "SELECT 1 FROM session_token WHERE token_hash = ? AND user_id = ?")) {
            statement.setBytes(1, hash);
            statement.setInt(2, user.value());
            try (var rows = statement.executeQuery()) {
              return rows.next();
            }
          }
        });
  }

  private boolean existsAny(UserId user) {
    return database.read(
        "look for session tokens",
        connection -> {
          try (var statement =
              connection.prepareStatement(
                  "SELECT 1 FROM session_token WHERE user_id = ? LIMIT 1")) {
            statement.setInt(1, user.value());
            try (var rows = statement.executeQuery()) {
              return rows.next();
            }
          }
        });
  }

  /** Deletes all tokens of a user; writes nothing if there are none. */
  void deleteAll(UserId user) {
    if (!existsAny(user)) {
      return;
    }
    database.write(
        "delete session tokens",
        connection -> {
          try (var statement =
              connection.prepareStatement("DELETE FROM session_token WHERE user_id = ?")) {
            statement.setInt(1, user.value());
            return statement.executeUpdate();
          }
        });
  }
}
