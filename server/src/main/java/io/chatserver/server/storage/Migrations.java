package io.chatserver.server.storage;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * Brings the schema up to date from the numbered files under {@code sql/}.
 *
 * <p>Each file also notes its number in the table {@code schema_version}; so the server knows what
 * a person applied by hand, and does not start Flyway where there is nothing to do.
 */
final class Migrations {
  /** The newest file. */
  static final int CURRENT = 1;

  private final DataSource dataSource;
  private final Dialect dialect;

  Migrations(DataSource dataSource, Dialect dialect) {
    this.dataSource = dataSource;
    this.dialect = dialect;
  }

  /**
   * Makes sure that the schema is {@link #CURRENT}.
   *
   * @param apply whether missing files may be applied, rather than refused
   */
  void bringUpToDate(boolean apply) {
    int found = version();
    if (found == CURRENT) {
      return;
    }
    if (found > CURRENT || !apply) {
      throw refused(
          "the schema is version "
              + found
              + ", this server needs "
              + CURRENT
              + (found > CURRENT
                  ? ": a newer server has been here"
                  : ": apply the files of sql/"
                      + dialect.migrations()
                      + " or set storage.migrate"));
    }
    try {
      Flyway.configure()
          .dataSource(dataSource)
          .locations("classpath:sql/" + dialect.migrations())
          .baselineOnMigrate(found > 0)
          .baselineVersion(Integer.toString(found))
          .load()
          .migrate();
    } catch (FlywayException e) {
      throw new StorageException("cannot bring the schema up to date", e, false);
    }
  }

  private static StorageException refused(String why) {
    return new StorageException("wrong schema", new IllegalStateException(why), false);
  }

  /** The number of the last file that was applied, 0 in an empty database. */
  private int version() {
    try (var connection = dataSource.getConnection()) {
      return hasVersionTable(connection) ? readVersion(connection) : 0;
    } catch (SQLException e) {
      throw new StorageException("cannot read the schema's version", e, false);
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
