package io.chatserver.server.storage;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Properties;
import org.sqlite.JDBC;
import org.sqlite.jdbc4.JDBC4Connection;
import org.sqlite.jdbc4.JDBC4PreparedStatement;

/**
 * A connection to SQLite that caches its prepared statements, as MySQL's driver does with {@code
 * cachePrepStmts}. SQLite's driver has no such cache, and compiling a statement costs more than
 * running it: of the CPU of a login by token it was a quarter.
 *
 * <p>A statement that its user closes is reset and kept for the next user of the same SQL. The
 * least recently used are closed beyond {@value #MAX_CACHED}.
 *
 * <p>Threads: one at a time, as the pool ensures.
 */
final class SqliteConnection extends JDBC4Connection {
  private static final int MAX_CACHED = 128;

  /** In the order of their last use, which ends when a statement is put back. */
  private final LinkedHashMap<String, Cached> idle = new LinkedHashMap<>();

  SqliteConnection(String url, Properties properties) throws SQLException {
    super(url, url.substring(JDBC.PREFIX.length()), properties);
  }

  @Override
  public PreparedStatement prepareStatement(String sql, int type, int concurrency, int holdability)
      throws SQLException {
    checkOpen();
    checkCursor(type, concurrency, holdability);
    var statement = idle.remove(sql);
    return statement == null ? new Cached(sql) : statement;
  }

  @Override
  public PreparedStatement prepareStatement(String sql, int generatedKeys) throws SQLException {
    var statement = prepareStatement(sql);
    if (statement instanceof Cached cached) {
      cached.readsKeys = generatedKeys == Statement.RETURN_GENERATED_KEYS;
    }
    return statement;
  }

  private void keep(Cached statement) throws SQLException {
    var replaced = idle.put(statement.sql(), statement);
    if (replaced != null && replaced != statement) {
      replaced.discard();
    }
    if (idle.size() > MAX_CACHED) {
      var oldest = idle.pollFirstEntry();
      oldest.getValue().discard();
    }
  }

  /** A statement that can be used again after it was closed. */
  private final class Cached extends JDBC4PreparedStatement {
    private boolean readsKeys;

    Cached(String sql) throws SQLException {
      super(SqliteConnection.this, sql);
    }

    String sql() {
      return sql;
    }

    /** Only for those who ask: the driver runs another statement after each insert for it. */
    @Override
    public void updateGeneratedKeys() throws SQLException {
      if (readsKeys) {
        super.updateGeneratedKeys();
      }
    }

    @Override
    public void close() throws SQLException {
      // The driver closes the statement itself when it fails in an unexpected way.
      if (SqliteConnection.this.isClosed() || pointer.isClosed()) {
        discard();
        return;
      }
      // Ends its read transaction, which would hold up checkpoints.
      rs.close();
      clearGeneratedKeys();
      // Not clearParameters: with STAT4, SQLite compiles a statement again after it.
      clearBatch();
      readsKeys = false;
      keep(this);
    }

    private void discard() throws SQLException {
      super.close();
    }
  }
}
