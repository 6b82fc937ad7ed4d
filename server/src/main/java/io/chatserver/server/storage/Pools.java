package io.chatserver.server.storage;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.chatserver.server.config.ServerConfig;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Builds the pools of connections, one for reading and one for writing. */
final class Pools {
  /**
   * The timeouts of a writing connection, in seconds: waiting for a lock, an idle connection, and
   * an idle transaction, which only MariaDB can end. The pool's keepalive prevents idle
   * connections. So a node that stops in the middle of a transaction does not keep its locks for
   * long.
   */
  private static final String OF_WRITERS =
      ", innodb_lock_wait_timeout = 2, wait_timeout = 45 /*M! , idle_transaction_timeout = 3 */";

  private static final Duration KEEPALIVE = Duration.ofSeconds(30);

  private final ServerConfig.Storage config;
  private final Dialect dialect;
  private final @Nullable FileGuard guard;
  private volatile @Nullable LogEpoch epoch;

  /**
   * Creates the builder.
   *
   * @param guard the guard of an embedded database's file; null without one
   */
  Pools(ServerConfig.Storage config, Dialect dialect, @Nullable FileGuard guard) {
    this.config = config;
    this.dialect = dialect;
    this.guard = guard;
  }

  HikariDataSource writers() {
    // SQLite's driver holds the write lock as long as a connection is not in auto-commit mode.
    var pool = pool("writers", writersSize(), dialect == Dialect.SQLITE);
    if (dialect == Dialect.MYSQL) {
      pool.setConnectionInitSql(MysqlSession.sql(false) + OF_WRITERS);
      pool.setKeepaliveTime(KEEPALIVE.toMillis());
    }
    return open(pool);
  }

  HikariDataSource readers() {
    var pool = pool("readers", config.poolSize() - writersSize(), true);
    if (dialect == Dialect.MYSQL) {
      pool.setConnectionInitSql(MysqlSession.sql(true));
    }
    return open(pool);
  }

  /** Half of all connections, if there can be several writers. */
  private int writersSize() {
    return dialect.hasManyWriters() ? config.poolSize() / 2 : 1;
  }

  /** Half of the writing connections, for writes other than messages. */
  int laneSize() {
    return Math.max(1, writersSize() / 2);
  }

  private HikariConfig pool(String name, int size, boolean autoCommit) {
    var pool = new HikariConfig();
    pool.setPoolName(name);
    pool.setAutoCommit(autoCommit);
    pool.setMaximumPoolSize(size);
    pool.setMinimumIdle(Math.min(size, 2));
    pool.setConnectionTimeout(config.connectTimeout().toMillis());
    if (guard != null) {
      pool.setDataSource(guard.source(sqlite()));
    } else if (dialect == Dialect.SQLITE) {
      pool.setJdbcUrl(config.url());
      pool.setDataSourceProperties(sqlite());
    } else {
      pool.setDataSource(new MysqlConnections(config.url(), mysql(), it -> check(it, !autoCommit)));
    }
    if (dialect == Dialect.MYSQL) {
      pool.setTransactionIsolation(MysqlSession.ISOLATION);
      pool.setUsername(config.user());
      pool.setPassword(config.password().value());
    }
    return pool;
  }

  /**
   * Lets each new connection to a database server read the epoch first: a database that was
   * replaced under running nodes has lost their connections. An embedded one cannot be.
   */
  void observe(LogEpoch newEpoch) {
    epoch = newEpoch;
  }

  private void check(Connection connection, boolean writes) throws SQLException {
    if (epoch != null) {
      epoch.firstOn(connection, writes);
      // Where the database has autocommit off, the read has begun a transaction, with a view of its
      // own that would stay.
      try (var statement = connection.createStatement()) {
        statement.execute("COMMIT");
      }
    }
  }

  private static HikariDataSource open(HikariConfig pool) {
    try {
      return new HikariDataSource(pool);
    } catch (RuntimeException e) {
      throw new StorageException("cannot connect", whatIsWrong(e));
    }
  }

  /**
   * Hides the driver's message about a malformed URL, because it can contain a part of the
   * password.
   */
  private static Throwable whatIsWrong(Throwable e) {
    var cause = rootCause(e);
    return cause instanceof IllegalArgumentException
        ? new SQLException("the URL is malformed", e)
        : cause;
  }

  /** The root cause, such as "connection refused" instead of the driver's "link failure". */
  private static Throwable rootCause(Throwable e) {
    return e.getCause() == null ? e : rootCause(e.getCause());
  }

  private Properties sqlite() {
    var properties = new Properties();
    set(properties, "journal_mode", "WAL");
    // An acknowledged message is on the disk.
    set(properties, "synchronous", "FULL");
    set(properties, "foreign_keys", true);
    set(properties, "transaction_mode", "IMMEDIATE");
    set(properties, "busy_timeout", config.statementTimeout().toMillis());
    return properties;
  }

  private Properties mysql() {
    var properties = new Properties();
    set(properties, "connectTimeout", config.connectTimeout().toMillis());
    set(properties, "socketTimeout", config.statementTimeout().toMillis());
    // Before the driver looks at it, which quotes names as this tells.
    set(properties, "sessionVariables", MysqlSession.SQL_MODE_VARIABLE);
    set(properties, "useServerPrepStmts", true);
    set(properties, "cachePrepStmts", true);
    set(properties, "prepStmtCacheSize", 256);
    set(properties, "prepStmtCacheSqlLimit", 65536);
    set(properties, "rewriteBatchedStatements", true);
    set(properties, "useLocalSessionState", true);
    set(properties, "cacheServerConfiguration", true);
    set(properties, "tcpKeepAlive", true);
    return properties;
  }

  private static void set(Properties properties, String name, Object value) {
    properties.setProperty(name, value.toString());
  }
}
