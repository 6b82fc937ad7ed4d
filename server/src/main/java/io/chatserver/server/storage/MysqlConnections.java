package io.chatserver.server.storage;

import com.mysql.cj.jdbc.MysqlDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;

/**
 * Connects to a MySQL database by its URL, and lets each new connection be used once before the
 * pool has it.
 *
 * <p>Threads: any.
 */
final class MysqlConnections extends MysqlDataSource {
  private final Properties more;
  private final transient FirstUse firstUse;

  /** Uses a connection before the pool has it. */
  interface FirstUse {
    void of(Connection connection) throws SQLException;
  }

  /**
   * Creates it.
   *
   * @param more properties of the driver, besides those of the URL
   */
  MysqlConnections(String url, Properties more, FirstUse firstUse) {
    this.more = more;
    this.firstUse = firstUse;
    setUrl(url);
  }

  @Override
  protected Connection getConnection(Properties properties) throws SQLException {
    var all = new Properties();
    all.putAll(properties);
    all.putAll(more);
    var connection = super.getConnection(all);
    try {
      firstUse.of(connection);
      return connection;
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }
}
