package io.chatserver.server.storage;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.chatserver.server.config.ServerConfig;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database behind its connection pools.
 *
 * <p>SQLite has one writer at a time; a pool of one connection for writing makes others wait their
 * turn here, where SQLite itself would make them poll. With MySQL both pools are the same.
 *
 * <p>Threads: any; every call blocks, for no longer than the configured timeouts.
 */
public final class Database implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Database.class);
  private static final int MAX_TRIES = 3;

  private final Dialect dialect;
  private final HikariDataSource readers;
  private final HikariDataSource writers;
  private final Duration slowStatement;

  private Database(
      Dialect dialect, HikariDataSource readers, HikariDataSource writers, Duration slowStatement) {
    this.dialect = dialect;
    this.readers = readers;
    this.writers = writers;
    this.slowStatement = slowStatement;
  }

  /**
   * Connects, and brings the schema up to date.
   *
   * @throws StorageException if the database is not to be had, or its schema is not the one that
   *     this version needs
   */
  public static Database open(ServerConfig.Storage config) {
    var dialect = Dialect.ofUrl(config.url());
    var pools = new Pools(config);
    try {
      var writers = dialect == Dialect.SQLITE ? pools.sqlite("writers", 1) : pools.mysql();
      try {
        new Migrations(writers, dialect).bringUpToDate(config.migrate());
        var readers =
            dialect == Dialect.SQLITE ? pools.sqlite("readers", config.poolSize() - 1) : writers;
        return new Database(dialect, readers, writers, config.slowStatement());
      } catch (RuntimeException e) {
        writers.close();
        throw e;
      }
    } catch (com.zaxxer.hikari.pool.HikariPool.PoolInitializationException e) {
      var cause = e.getCause() == null ? e : e.getCause();
      throw new StorageException("cannot open " + config.url(), cause, false);
    }
  }

  /** Which kind of database this is. */
  public Dialect dialect() {
    return dialect;
  }

  /** Work on one connection. */
  public interface Work<T> {
    /** Does it. The connection is the caller's only until this returns. */
    T on(Connection connection) throws SQLException;
  }

  /**
   * Reads.
   *
   * @param purpose what for, for the log and for errors
   * @throws StorageException if it failed
   */
  public <T> T read(String purpose, Work<T> work) {
    long start = System.nanoTime();
    try (var connection = readers.getConnection()) {
      return work.on(connection);
    } catch (SQLException e) {
      throw new StorageException(purpose, e, false);
    } finally {
      noteIfSlow(purpose, start);
    }
  }

  /**
   * Writes, in one transaction, which is tried again where the database asks for it.
   *
   * @param purpose what for, for the log and for errors
   * @throws StorageException if it failed; whether it was committed is then unknown unless {@link
   *     StorageException#isDuplicateKey}
   */
  public <T> T write(String purpose, Work<T> work) {
    long start = System.nanoTime();
    try {
      for (int tried = 1; ; tried++) {
        try {
          return tryToWrite(work);
        } catch (SQLException e) {
          if (tried == MAX_TRIES || !dialect.isWorthRetrying(e)) {
            throw new StorageException(purpose, e, dialect.isDuplicateKey(e));
          }
        }
      }
    } finally {
      noteIfSlow(purpose, start);
    }
  }

  private <T> T tryToWrite(Work<T> work) throws SQLException {
    try (var connection = writers.getConnection()) {
      try {
        connection.setAutoCommit(false);
        var result = work.on(connection);
        connection.commit();
        return result;
      } catch (SQLException | RuntimeException e) {
        rollBack(connection, e);
        throw e;
      }
    }
  }

  /**
   * Rolls back. A connection that cannot is thrown away: the driver of SQLite takes itself to be in
   * a transaction after one that could not begin, or that a full disk has ended.
   */
  private void rollBack(Connection connection, Exception why) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      why.addSuppressed(e);
      writers.evictConnection(connection);
    }
  }

  private void noteIfSlow(String purpose, long start) {
    long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
    if (millis >= slowStatement.toMillis()) {
      log.warn("slow: {} took {} ms", purpose, millis);
    }
  }

  @Override
  public void close() {
    readers.close();
    writers.close();
  }

  /** Builds the pools. */
  private record Pools(ServerConfig.Storage config) {
    HikariDataSource sqlite(String name, int size) {
      var pool = pool("sqlite-" + name, size);
      pool.addDataSourceProperty("journal_mode", "WAL");
      // An acknowledged message is on the disk.
      pool.addDataSourceProperty("synchronous", "FULL");
      pool.addDataSourceProperty("transaction_mode", "IMMEDIATE");
      pool.addDataSourceProperty(
          "busy_timeout", Long.toString(config.statementTimeout().toMillis()));
      return new HikariDataSource(pool);
    }

    HikariDataSource mysql() {
      var pool = pool("mysql", config.poolSize());
      pool.setUsername(config.user());
      pool.setPassword(config.password().value());
      pool.addDataSourceProperty(
          "connectTimeout", Long.toString(config.connectTimeout().toMillis()));
      pool.addDataSourceProperty(
          "socketTimeout", Long.toString(config.statementTimeout().toMillis()));
      pool.addDataSourceProperty("useServerPrepStmts", "true");
      pool.addDataSourceProperty("cachePrepStmts", "true");
      pool.addDataSourceProperty("prepStmtCacheSize", "256");
      pool.addDataSourceProperty("prepStmtCacheSqlLimit", "65536");
      pool.addDataSourceProperty("rewriteBatchedStatements", "true");
      pool.addDataSourceProperty("useLocalSessionState", "true");
      pool.addDataSourceProperty("cacheServerConfiguration", "true");
      pool.addDataSourceProperty("tcpKeepAlive", "true");
      return new HikariDataSource(pool);
    }

    private HikariConfig pool(String name, int size) {
      var pool = new HikariConfig();
      pool.setPoolName(name);
      pool.setJdbcUrl(config.url());
      pool.setMaximumPoolSize(size);
      pool.setMinimumIdle(Math.min(size, 2));
      pool.setConnectionTimeout(config.connectTimeout().toMillis());
      return pool;
    }
  }
}
