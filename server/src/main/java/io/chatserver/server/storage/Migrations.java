package io.chatserver.server.storage;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * Brings the schema up to date from the numbered files under {@code sql/}.
 *
 * <p>Each file also records its number in the table {@code schema_version}. So the server knows
 * which files an operator applied by hand, and does not start Flyway if there is nothing to do.
 */
final class Migrations {
  /** The newest file. */
  static final int CURRENT = 6;

  /** From this version on, a file that was interrupted or failed can be run again. */
  private static final int FIRST_REPEATABLE = 5;

  private final DataSource dataSource;
  private final Dialect dialect;
  private final List<String> locations;
  private final int current;

  Migrations(DataSource dataSource, Dialect dialect) {
    this(dataSource, dialect, List.of("classpath:sql/" + dialect.migrations()), CURRENT);
  }

  Migrations(DataSource dataSource, Dialect dialect, List<String> locations, int current) {
    this.dataSource = dataSource;
    this.dialect = dialect;
    this.locations = locations;
    this.current = current;
  }

  /**
   * Makes sure that the schema is the current one.
   *
   * @param apply whether missing files may be applied, rather than refused
   */
  void bringUpToDate(boolean apply) {
    int found = version();
    if (found == current) {
      return;
    }
    if (found > current || !apply) {
      throw refused(
          "the schema is version "
              + found
              + ", this server needs "
              + current
              + (found > current
                  ? ": a newer server has been here"
                  : ": apply the files of sql/"
                      + dialect.migrations()
                      + " or set storage.migrate"));
    }
    try {
      var flyway =
          Flyway.configure()
              .dataSource(dataSource)
              .locations(locations.toArray(String[]::new))
              .baselineOnMigrate(found > 0)
              .baselineVersion(Integer.toString(found))
              .load();
      if (found > 0) {
        forgetHistoryUnless(flyway, found);
      }
      clearFailed(flyway);
      flyway.migrate();
    } catch (FlywayException | SQLException e) {
      throw new StorageException("cannot bring the schema up to date", e);
    }
  }

  /**
   * If an operator applied further files by hand, Flyway must start again from there. If Flyway
   * itself is further by now, another server is migrating.
   */
  private void forgetHistoryUnless(Flyway flyway, int found) throws SQLException {
    var last = flyway.info().current();
    if (last == null || last.getVersion().isAtLeast("" + found)) {
      return;
    }
    try (var connection = dataSource.getConnection();
        var statement = connection.createStatement()) {
      statement.executeUpdate("DROP TABLE " + flyway.getConfiguration().getTable());
    }
  }

  /** Flyway does not run a file again that failed, unless its record is removed. */
  private static void clearFailed(Flyway flyway) {
    boolean failed =
        Arrays.stream(flyway.info().all())
            .filter(migration -> migration.getState().isFailed())
            .anyMatch(migration -> migration.getVersion().isAtLeast("" + FIRST_REPEATABLE));
    if (failed) {
      flyway.repair();
    }
  }

  private static StorageException refused(String why) {
    return new StorageException("wrong schema", new IllegalStateException(why));
  }

  /** The number of the last file that was applied, 0 in an empty database. */
  private int version() {
    try (var connection = dataSource.getConnection()) {
      return hasVersionTable(connection) ? readVersion(connection) : 0;
    } catch (SQLException e) {
      throw new StorageException("cannot read the schema's version", e);
    }
  }

  private static boolean hasVersionTable(Connection connection) throws SQLException {
    try (var tables =
        connection
            .getMetaData()
            .getTables(connection.getCatalog(), null, "schema_version", new String[] {"TABLE"})) {
      return tables.next();
    }
  }

  private static int readVersion(Connection connection) throws SQLException {
    try (var statement = connection.prepareStatement("SELECT MAX(version) FROM schema_version");
        var rows = statement.executeQuery()) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
