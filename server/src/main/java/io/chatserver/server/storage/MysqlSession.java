package io.chatserver.server.storage;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The required settings of a connection to MySQL or MariaDB, regardless of the defaults of the
 * database.
 *
 * <p>They are set on each new connection. A proxy in between may ignore them, so the server checks
 * them once, at the start. It also warns of database settings that weaken the promise.
 */
final class MysqlSession {
  private static final Logger log = LoggerFactory.getLogger(MysqlSession.class);

  /** The default of both databases; the log's statements are written for it. */
  static final String ISOLATION = "TRANSACTION_REPEATABLE_READ";

  private static final String CHARSET = "utf8mb4";

  /** The database must refuse wrong values instead of cutting them. */
  private static final String SQL_MODE =
      "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION";

  /** As the driver's property {@code sessionVariables} has it. */
  static final String SQL_MODE_VARIABLE = "sql_mode='" + SQL_MODE + "'";

  /** A statement with 128 of the longest texts, each byte escaped. */
  private static final long LEAST_PACKET = 8L << 20;

  private MysqlSession() {}

  /** The statement that sets up a connection; more assignments may follow it. */
  static String sql(boolean autoCommit) {
    return "SET NAMES "
        + CHARSET
        + ", autocommit = "
        + (autoCommit ? 1 : 0)
        + ", sql_mode = '"
        + SQL_MODE
        + "', time_zone = '+00:00'";
  }

  /**
   * Checks a connection for writing, and warns of settings that weaken the promise.
   *
   * @throws StorageException if the connection does not have the settings of {@link #sql}
   */
  static void check(Connection connection) throws SQLException {
    var wrong = new ArrayList<String>();
    for (var expected : expected().entrySet()) {
      var found = variable(connection, "@@session." + expected.getKey());
      if (!expected.getValue().equalsIgnoreCase(found)) {
        wrong.add(expected.getKey() + " = " + found + " in place of " + expected.getValue());
      }
    }
    if (!wrong.isEmpty()) {
      throw StorageException.inVain(
          "set a connection up", "the database, or a proxy, keeps " + String.join(", ", wrong));
    }
    weaknesses(connection).forEach(weakness -> log.warn("the database has {}", weakness));
  }

  private static Map<String, String> expected() {
    return Map.of(
        "autocommit", "0",
        "character_set_client", CHARSET,
        "character_set_connection", CHARSET,
        "time_zone", "+00:00",
        "sql_mode", SQL_MODE);
  }

  private static List<String> weaknesses(Connection connection) throws SQLException {
    var found = new ArrayList<String>();
    if (!variable(connection, "@@global.innodb_flush_log_at_trx_commit").equals("1")) {
      found.add(
          "innodb_flush_log_at_trx_commit other than 1: acknowledged messages are lost when its"
              + " machine fails");
    }
    if (isOn(global(connection, "log_bin")) && !global(connection, "sync_binlog").equals("1")) {
      found.add("sync_binlog other than 1: a replica may miss acknowledged messages");
    }
    if (isOn(global(connection, "wsrep_on"))) {
      found.add(
          "Galera: let all nodes of this cluster write to the same one of its nodes, or sends fail"
              + " with conflicts");
    }
    if (isOn(global(connection, "read_only"))) {
      found.add("read_only: nothing can be stored unless the user is privileged");
    }
    long packet = Long.parseLong(variable(connection, "@@global.max_allowed_packet"));
    if (packet < LEAST_PACKET) {
      found.add(
          "max_allowed_packet = "
              + packet
              + ", which is below "
              + LEAST_PACKET
              + ": a batch of"
              + " long messages may be refused");
    }
    return found;
  }

  private static boolean isOn(String value) {
    return value.equals("1") || value.toUpperCase(Locale.ROOT).equals("ON");
  }

  /** The value of a global variable; empty if this database does not have it. */
  private static String global(Connection connection, String name) throws SQLException {
    try (var statement = connection.prepareStatement("SHOW GLOBAL VARIABLES LIKE '" + name + "'");
        var rows = statement.executeQuery()) {
      return rows.next() ? rows.getString(2) : "";
    }
  }

  private static String variable(Connection connection, String name) throws SQLException {
    try (var statement = connection.prepareStatement("SELECT " + name);
        var rows = statement.executeQuery()) {
      rows.next();
      return String.valueOf(rows.getString(1));
    }
  }
}
