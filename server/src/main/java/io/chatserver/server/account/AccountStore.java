package io.chatserver.server.account;

import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.ShownNumbers;
import io.chatserver.protocol.UserId;
import io.chatserver.server.fault.Rejected;
import io.chatserver.server.storage.Database;
import io.chatserver.server.storage.StoredTime;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The SQL of accounts.
 *
 * <p>Threads: any; every call blocks.
 */
public final class AccountStore {
  private static final String CREDENTIALS =
      "SELECT id, name, password_hash, disabled, revision, legacy_numbers, modern FROM account"
          + " WHERE ";

  private final Database database;

  public AccountStore(Database database) {
    this.database = database;
  }

  /**
   * An account and the hash of its password.
   *
   * @param revision the last change that ends sessions begun before it
   */
  record Credentials(
      Account account, String passwordHash, boolean disabled, long revision, SeenClients clients) {
    /**
     * Returns the account, after its password was checked.
     *
     * @throws Rejected with {@link ErrorCode#ACCOUNT_DISABLED}
     */
    Authenticated authenticated() {
      if (disabled) {
        throw new Rejected(ErrorCode.ACCOUNT_DISABLED);
      }
      return new Authenticated(account, revision, null, clients);
    }

    @Override
    public String toString() {
      return "Credentials[" + account + "]";
    }
  }

  /** Stores an account; a taken name fails as a duplicate key. */
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
          try (var statement = connection.prepareStatement(CREDENTIALS + "id = ?")) {
            statement.setInt(1, id.value());
            return credentials(statement);
          }
        });
  }

  Optional<Credentials> credentials(String name) {
    return database.read(
        "read an account by name",
        connection -> {
          try (var statement = connection.prepareStatement(CREDENTIALS + "name = ?")) {
            statement.setString(1, name);
            // MySQL ignores blanks at the end in comparisons.
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
      var legacy = rows.getString(6);
      var clients =
          new SeenClients(legacy == null ? null : ShownNumbers.parse(legacy), rows.getBoolean(7));
      return Optional.of(
          new Credentials(
              account, rows.getString(3), rows.getBoolean(4), rows.getLong(5), clients));
    }
  }

  /** Returns the first accounts with a higher id, in the order of their ids. */
  List<AccountEntry> after(int id, int limit) {
    return database.read(
        "list accounts",
        connection -> {
          try (var statement =
              connection.prepareStatement(
                  "SELECT id, name, disabled, admin, created_at FROM account"
                      + " WHERE id > ? ORDER BY id LIMIT ?")) {
            statement.setInt(1, id);
            statement.setInt(2, limit);
            var entries = new ArrayList<AccountEntry>();
            try (var rows = statement.executeQuery()) {
              while (rows.next()) {
                entries.add(
                    new AccountEntry(
                        new Account(new UserId(rows.getInt(1)), rows.getString(2)),
                        rows.getBoolean(3),
                        rows.getBoolean(4),
                        StoredTime.read(rows.getLong(5))));
              }
            }
            return entries;
          }
        });
  }

  /** Lets an account log in again. */
  void enable(UserId id) {
    set(id, "UPDATE account SET disabled = ? WHERE id = ?", false);
  }

  /** Sets or clears the administrator flag of an account. */
  void setAdmin(UserId id, boolean admin) {
    set(id, "UPDATE account SET admin = ? WHERE id = ?", admin);
  }

  /** Notes that a modern client has logged in. */
  void sawModern(UserId id) {
    set(id, "UPDATE account SET modern = ? WHERE id = ?", true);
  }

  /** Notes a login of a C++ client that has shown nothing; keeps what others have shown. */
  void sawLegacy(UserId id) {
    setNumbers(
        id, "UPDATE account SET legacy_numbers = ? WHERE id = ? AND legacy_numbers IS NULL", "");
  }

  /** Notes the numbers that a C++ client has shown. */
  void sawLegacy(UserId id, ShownNumbers shown) {
    setNumbers(id, "UPDATE account SET legacy_numbers = ? WHERE id = ?", shown.text());
  }

  private void setNumbers(UserId id, String sql, String numbers) {
    database.write(
        "note a numbering",
        connection -> {
          try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, numbers);
            statement.setInt(2, id.value());
            return statement.executeUpdate();
          }
        });
  }

  private void set(UserId id, String sql, boolean value) {
    database.write(
        "change an account",
        connection -> {
          try (var statement = connection.prepareStatement(sql)) {
            statement.setInt(1, value ? 1 : 0);
            statement.setInt(2, id.value());
            return statement.executeUpdate();
          }
        });
  }
}
