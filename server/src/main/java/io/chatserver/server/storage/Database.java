package io.chatserver.server.storage;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.chatserver.server.config.ServerConfig;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database behind its connection pools, one for reading and one for writing.
 *
 * <p>SQLite has one writer at a time; its pool of one connection makes others wait their turn here,
 * where SQLite itself would make them poll. A writing connection is never in auto-commit mode, so
 * no transaction has to switch it off and on, which with MySQL are two trips to the server.
 *
 * <p>Threads: any; every call blocks, for no longer than the configured timeouts.
 */
public final class Database implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Database.class);
  private static final int MAX_TRIES = 10;

  /** How much longer the pause before each next try may be: 20 ms at most. */
  private static final int PAUSE_STEP_MILLIS = 2;

  /**
   * Of a connection that writes, in seconds: the wait for a lock; a transaction in which nothing
   * happens, which MariaDB alone can end; a connection on which nothing happens, which the pool
   * does not let happen. So a node that is stopped in the middle of a transaction does not keep its
   * locks for long.
   */
  private static final String WRITING_SESSION =
      "SET SESSION innodb_lock_wait_timeout = 2, wait_timeout = 45"
          + " /*M! , idle_transaction_timeout = 3 */";

  private static final Duration KEEPALIVE = Duration.ofSeconds(30);

  /** A read that fails so soon has met a dead connection, not a database that does not answer. */
  private static final Duration AT_ONCE = Duration.ofSeconds(1);

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
    var pools = new Pools(config, dialect);
    var writers = pools.writers();
    try {
      new Migrations(writers, dialect).bringUpToDate(config.migrate());
      return new Database(dialect, pools.readers(), writers, config.slowStatement());
    } catch (RuntimeException e) {
      writers.close();
      throw e;
    }
  }

  /**
   * Measures how the pools are used.
   *
   * @param registry a registry of metrics that HikariCP knows
   */
  public void measureWith(Object registry) {
    readers.setMetricRegistry(registry);
    writers.setMetricRegistry(registry);
  }

  /** Whether it answers. Blocks, for no longer than a connection takes. */
  public boolean isUp() {
    try (var connection = readers.getConnection()) {
      return connection.isValid(1);
    } catch (SQLException _) {
      return false;
    }
  }

  /** Which kind of database this is. */
  public Dialect dialect() {
    return dialect;
  }

  /** Its time, the same for all nodes, in milliseconds since 1970. Blocks. */
  public long unixMillis() {
    return read(
        "read the time",
        connection -> {
          try (var statement = connection.prepareStatement("SELECT " + dialect.unixMillis());
              var rows = statement.executeQuery()) {
            rows.next();
            return rows.getLong(1);
          }
        });
  }

  /** Work on one connection. */
  public interface Work<T> {
    /** Does it. The connection is the caller's only until this returns. */
    T on(Connection connection) throws SQLException;
  }

  /**
   * Reads. The work is done a second time where its connection turned out to be dead.
   *
   * @param purpose what for, for the log and for errors
   * @throws StorageException if it failed
   */
  public <T> T read(String purpose, Work<T> work) {
    long start = System.nanoTime();
    try {
      return tryToRead(work);
    } catch (SQLException e) {
      return readAgain(purpose, work, e, System.nanoTime() - start);
    } finally {
      noteIfSlow(purpose, start);
    }
  }

  /**
   * The pool takes a connection to be alive that was used a moment ago: a restart ends them all.
   */
  private <T> T readAgain(String purpose, Work<T> work, SQLException failure, long nanos) {
    if (!dialect.isLostConnection(failure) || nanos > AT_ONCE.toNanos()) {
      throw new StorageException(purpose, failure);
    }
    readers.getHikariPoolMXBean().softEvictConnections();
    try {
      return tryToRead(work);
    } catch (SQLException e) {
      throw new StorageException(purpose, e);
    }
  }

  private <T> T tryToRead(Work<T> work) throws SQLException {
    try (var connection = readers.getConnection()) {
      return work.on(connection);
    }
  }

  /**
   * Writes, in one transaction, which is tried again where the database broke a deadlock with it.
   *
   * @param purpose what for, for the log and for errors
   * @throws StorageException if it failed; whether it was committed is then unknown unless {@link
   *     StorageException#isDuplicateKey} or {@link StorageException#isLocked}
   */
  public <T> T write(String purpose, Work<T> work) {
    long start = System.nanoTime();
    try {
      for (int tried = 1; ; tried++) {
        try {
          return tryToWrite(work);
        } catch (SQLException e) {
          if (tried == MAX_TRIES || !dialect.isDeadlock(e)) {
            throw new StorageException(purpose, e, dialect);
          }
          pause(tried);
        }
      }
    } finally {
      noteIfSlow(purpose, start);
    }
  }

  /** Lets the others go first, who locked each other out with this one. */
  private static void pause(int tried) {
    int most = PAUSE_STEP_MILLIS * tried;
    LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(most * 1_000_000L));
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
  private record Pools(ServerConfig.Storage config, Dialect dialect) {
    HikariDataSource writers() {
      // SQLite's driver holds the lock for writing as long as it is not in auto-commit mode.
      var pool = pool("writers", writersSize(), dialect == Dialect.SQLITE);
      if (dialect == Dialect.MYSQL) {
        pool.setConnectionInitSql(WRITING_SESSION);
        pool.setKeepaliveTime(KEEPALIVE.toMillis());
      }
      return open(pool);
    }

    HikariDataSource readers() {
      return open(pool("readers", config.poolSize() - writersSize(), true));
    }

    /** Half of all, where there can be more than one writer. */
    private int writersSize() {
      return dialect.hasManyWriters() ? config.poolSize() / 2 : 1;
    }

    private HikariConfig pool(String name, int size, boolean autoCommit) {
      var pool = new HikariConfig();
      pool.setPoolName(name);
      pool.setJdbcUrl(config.url());
      pool.setAutoCommit(autoCommit);
      pool.setMaximumPoolSize(size);
      pool.setMinimumIdle(Math.min(size, 2));
      pool.setConnectionTimeout(config.connectTimeout().toMillis());
      switch (dialect) {
        case SQLITE -> setSqlite(pool);
        case MYSQL -> setMysql(pool);
      }
      return pool;
    }

    private static HikariDataSource open(HikariConfig pool) {
      try {
        return new HikariDataSource(pool);
      } catch (RuntimeException e) {
        throw new StorageException("cannot connect", whatIsWrong(e));
      }
    }

    /** Where the URL is malformed, what the driver stumbled over can be a part of a password. */
    private static Throwable whatIsWrong(Throwable e) {
      var cause = rootCause(e);
      return cause instanceof IllegalArgumentException
          ? new SQLException("the URL is malformed", e)
          : cause;
    }

    /** What says "connection refused" where the driver says "link failure". */
    private static Throwable rootCause(Throwable e) {
      return e.getCause() == null ? e : rootCause(e.getCause());
    }

    private void setSqlite(HikariConfig pool) {
      set(pool, "journal_mode", "WAL");
      // An acknowledged message is on the disk.
      set(pool, "synchronous", "FULL");
      set(pool, "transaction_mode", "IMMEDIATE");
      set(pool, "busy_timeout", config.statementTimeout().toMillis());
    }

    private void setMysql(HikariConfig pool) {
      pool.setUsername(config.user());
      pool.setPassword(config.password().value());
      set(pool, "connectTimeout", config.connectTimeout().toMillis());
      set(pool, "socketTimeout", config.statementTimeout().toMillis());
      set(pool, "useServerPrepStmts", true);
      set(pool, "cachePrepStmts", true);
      set(pool, "prepStmtCacheSize", 256);
      set(pool, "prepStmtCacheSqlLimit", 65536);
      set(pool, "rewriteBatchedStatements", true);
      set(pool, "useLocalSessionState", true);
      set(pool, "cacheServerConfiguration", true);
      set(pool, "tcpKeepAlive", true);
    }

    private static void set(HikariConfig pool, String property, Object value) {
      pool.addDataSourceProperty(property, value.toString());
    }
  }
}
