package io.chatserver.server.account;

import io.chatserver.protocol.UserId;
import io.chatserver.server.storage.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The SQL of changes that end sessions. Each change first takes the next revision and locks its row
 * until the commit, so changes are committed in the order of their revisions.
 *
 * <p>Threads: any; every call blocks.
 */
public final class AccountChangeStore {
  /**
   * The number of stored changes. A node that misses more between two reads ends all its sessions.
   * A user can make few per second, so a node may be without the database for minutes.
   */
  static final int KEPT = 100_000;

  private final Database database;

  public AccountChangeStore(Database database) {
    this.database = database;
  }

  /** Returns the number of the last change. */
  long revision() {
    return database.read("read the revision of accounts", AccountChangeStore::readRevision);
  }

  /** Returns the first changes after a revision, in order. */
  List<AccountChange> after(long revision, int limit) {
    return database.read(
        "read changes of accounts",
        connection -> {
          try (var statement =
              connection.prepareStatement(
                  "SELECT revision, user_id, kind, family, kept_session FROM account_change"
                      + " WHERE revision > ? ORDER BY revision LIMIT ?")) {
            statement.setLong(1, revision);
            statement.setInt(2, limit);
            var changes = new ArrayList<AccountChange>();
            try (var rows = statement.executeQuery()) {
              while (rows.next()) {
                var family = rows.getBytes(4);
                changes.add(
                    new AccountChange(
                        rows.getLong(1),
                        new UserId(rows.getInt(2)),
                        AccountChange.Kind.of(rows.getInt(3)),
                        family == null ? null : HexFormat.of().formatHex(family),
                        rows.getLong(5)));
              }
            }
            return changes;
          }
        });
  }

  /** Disables an account; false if it is disabled already. */
  boolean disable(UserId user) {
    return change(
        "disable an account",
        new NewChange(user, AccountChange.Kind.DISABLED, null, 0),
        (connection, revision) ->
            update(
                connection,
                "UPDATE account SET disabled = 1, revision = ? WHERE id = ? AND disabled = 0",
                revision,
                user.value()));
  }

  /**
   * Stores the hash of a new password, and deletes all tokens.
   *
   * @param checkedRevision the account's expected revision; null for any
   * @return false if the account has changed or does not exist
   */
  boolean changePassword(
      UserId user, String passwordHash, @Nullable Long checkedRevision, long keptSession) {
    return change(
        "change a password",
        new NewChange(user, AccountChange.Kind.PASSWORD_CHANGED, null, keptSession),
        (connection, revision) -> {
          int changed =
              checkedRevision == null
                  ? update(
                      connection,
                      "UPDATE account SET password_hash = ?, revision = ? WHERE id = ?",
                      passwordHash,
                      revision,
                      user.value())
                  : update(
                      connection,
                      "UPDATE account SET password_hash = ?, revision = ?"
                          + " WHERE id = ? AND revision = ?",
                      passwordHash,
                      revision,
                      user.value(),
                      checkedRevision);
          deleteTokens(connection, user);
          return changed;
        });
  }

  /** Deletes all tokens of a user. */
  void revokeTokens(UserId user, long keptSession) {
    change(
        "revoke session tokens",
        new NewChange(user, AccountChange.Kind.TOKENS_REVOKED, null, keptSession),
        (connection, revision) -> {
          int changed =
              update(
                  connection,
                  "UPDATE account SET revision = ? WHERE id = ?",
                  revision,
                  user.value());
          deleteTokens(connection, user);
          return changed;
        });
  }

  /** Deletes the tokens of one family. */
  void revokeFamily(UserId user, String family, long keptSession) {
    change(
        "revoke a family of session tokens",
        new NewChange(user, AccountChange.Kind.FAMILY_REVOKED, family, keptSession),
        (connection, _) -> {
          // Locks the account, so a token of this family that is stored meanwhile is either seen
          // here or refused.
          int found =
              update(
                  connection, "UPDATE account SET revision = revision WHERE id = ?", user.value());
          var first = HexFormat.of().parseHex(family);
          update(
              connection,
              "DELETE FROM session_token WHERE user_id = ? AND (token_hash = ?"
                  + " OR token_hash IN (SELECT token_hash FROM token_family WHERE family = ?))",
              user.value(),
              first,
              first);
          return found;
        });
  }

  /** A change without its revision. */
  private record NewChange(
      UserId user, AccountChange.Kind kind, @Nullable String family, long keptSession) {}

  /**
   * The statements of a change. Returns the number of changed accounts; 0 rolls the change back.
   */
  private interface Work {
    int on(Connection connection, long revision) throws SQLException;
  }

  private boolean change(String purpose, NewChange change, Work work) {
    try {
      return database.write(
          purpose,
          connection -> {
            update(connection, "UPDATE account_revision SET revision = revision + 1 WHERE id = 1");
            long revision = readRevision(connection);
            if (work.on(connection, revision) == 0) {
              throw new Unchanged();
            }
            insert(connection, revision, change);
            update(connection, "DELETE FROM account_change WHERE revision <= ?", revision - KEPT);
            return true;
          });
    } catch (Unchanged _) {
      return false;
    }
  }

  private static void insert(Connection connection, long revision, NewChange change)
      throws SQLException {
    update(
        connection,
        "INSERT INTO account_change (revision, user_id, kind, family, kept_session)"
            + " VALUES (?, ?, ?, ?, ?)",
        revision,
        change.user().value(),
        change.kind().number(),
        change.family() == null ? null : HexFormat.of().parseHex(change.family()),
        change.keptSession());
  }

  private static void deleteTokens(Connection connection, UserId user) throws SQLException {
    update(connection, "DELETE FROM session_token WHERE user_id = ?", user.value());
  }

  private static long readRevision(Connection connection) throws SQLException {
    try (var statement =
            connection.prepareStatement("SELECT revision FROM account_revision WHERE id = 1");
        var rows = statement.executeQuery()) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static int update(Connection connection, String sql, @Nullable Object... values)
      throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      return statement.executeUpdate();
    }
  }

  /**
   * Rolls the transaction back, because a revision without a change would look like a missed one.
   */
  private static final class Unchanged extends RuntimeException {
    Unchanged() {
      super(null, null, false, false);
    }
  }
}
