package io.chatserver.server.account;

import io.chatserver.protocol.UserId;
import io.chatserver.server.storage.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The SQL of session tokens. Times are microseconds since 1970, hashes 64 hexadecimal digits.
 *
 * <p>Threads: any; every call blocks.
 */
public final class TokenStore {
  private static final HexFormat HEX = HexFormat.of();

  private final Database database;

  public TokenStore(Database database) {
    this.database = database;
  }

  /**
   * A stored token.
   *
   * @param renewed the token that was renewed into this one; null if this one begins a family
   */
  record Row(String hash, long createdAt, long expiresAt, @Nullable Renewed renewed) {}

  /**
   * The token that is renewed.
   *
   * @param family the hash of the first token of its family, perhaps its own
   * @param firstIssuedAt when the first token of its family was issued
   */
  record Renewed(String hash, String family, long firstIssuedAt) {}

  /**
   * A token read from the database.
   *
   * @param family as in {@link Renewed}
   * @param firstIssuedAt as in {@link Renewed}
   * @param disabled whether its account is disabled
   * @param revision the revision of its account
   */
  record Found(
      Account account, boolean disabled, long revision, String family, long firstIssuedAt) {}

  /**
   * Stores a token, and deletes the user's expired and oldest other tokens. The new token stays
   * even if the clock was put back and it is the oldest.
   *
   * @param revision the account's revision when the user was authenticated
   * @return false if it is not stored because the account has changed or the renewed token was
   *     deleted
   */
  boolean insert(Row row, UserId user, long revision, int maxPerUser) {
    return database.write(
        "store a session token",
        connection -> {
          if (!insert(connection, row, user, revision)) {
            return false;
          }
          if (row.renewed() != null) {
            insertFamily(connection, row.hash(), row.renewed());
          }
          deleteOld(connection, row.hash(), user, row.createdAt(), maxPerUser);
          return true;
        });
  }

  private boolean insert(Connection connection, Row row, UserId user, long revision)
      throws SQLException {
    var renewed = row.renewed();
    try (var statement =
        connection.prepareStatement(
            "INSERT INTO session_token (token_hash, user_id, created_at, expires_at)"
                + " SELECT ?, a.id, ?, ? FROM account a"
                + (renewed == null ? "" : " JOIN session_token t ON t.token_hash = ?")
                + " WHERE a.id = ? AND a.revision = ?"
                + database.dialect().sharingRows())) {
      int next = 0;
      statement.setBytes(++next, HEX.parseHex(row.hash()));
      statement.setLong(++next, row.createdAt());
      statement.setLong(++next, row.expiresAt());
      if (renewed != null) {
        statement.setBytes(++next, HEX.parseHex(renewed.hash()));
      }
      statement.setInt(++next, user.value());
      statement.setLong(++next, revision);
      return statement.executeUpdate() == 1;
    }
  }

  private static void insertFamily(Connection connection, String hash, Renewed renewed)
      throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "INSERT INTO token_family (token_hash, family, first_issued_at) VALUES (?, ?, ?)")) {
      statement.setBytes(1, HEX.parseHex(hash));
      statement.setBytes(2, HEX.parseHex(renewed.family()));
      statement.setLong(3, renewed.firstIssuedAt());
      statement.executeUpdate();
    }
  }

  private static void deleteOld(
      Connection connection, String newest, UserId user, long now, int maxPerUser)
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
      statement.setBytes(4, HEX.parseHex(newest));
      statement.executeUpdate();
    }
  }

  /**
   * Reads a valid token.
   *
   * @param now tokens that expire then or earlier are invalid
   * @param oldest renewed tokens whose first token was issued then or earlier are invalid
   */
  Optional<Found> find(String hash, long now, long oldest) {
    return database.read(
        "read a session token",
        connection -> {
          try (var statement =
              connection.prepareStatement(
                  "SELECT a.id, a.name, a.disabled, a.revision, COALESCE(f.family, t.token_hash),"
                      + " COALESCE(f.first_issued_at, t.created_at)"
                      + " FROM session_token t JOIN account a ON a.id = t.user_id"
                      + " LEFT JOIN token_family f ON f.token_hash = t.token_hash"
                      + " WHERE t.token_hash = ? AND t.expires_at > ?"
                      + " AND (f.first_issued_at IS NULL OR f.first_issued_at > ?)")) {
            statement.setBytes(1, HEX.parseHex(hash));
            statement.setLong(2, now);
            statement.setLong(3, oldest);
            try (var rows = statement.executeQuery()) {
              return rows.next()
                  ? Optional.of(
                      new Found(
                          new Account(new UserId(rows.getInt(1)), rows.getString(2)),
                          rows.getBoolean(3),
                          rows.getLong(4),
                          HEX.formatHex(rows.getBytes(5)),
                          rows.getLong(6)))
                  : Optional.empty();
            }
          }
        });
  }

  /** Reads the family of a user's token, expired or not. */
  Optional<String> family(UserId user, String hash) {
    return database.read(
        "read a session token's family",
        connection -> {
          try (var statement =
              connection.prepareStatement(
                  "SELECT COALESCE(f.family, t.token_hash) FROM session_token t"
                      + " LEFT JOIN token_family f ON f.token_hash = t.token_hash"
                      + " WHERE t.user_id = ? AND t.token_hash = ?")) {
            statement.setInt(1, user.value());
            statement.setBytes(2, HEX.parseHex(hash));
            try (var rows = statement.executeQuery()) {
              return rows.next() ? Optional.of(HEX.formatHex(rows.getBytes(1))) : Optional.empty();
            }
          }
        });
  }
}
