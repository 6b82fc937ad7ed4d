package io.chatserver.server.storage;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.chatserver.server.config.ServerConfig;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Builds the pools of connections, one for reading and one for writing. */
final class Pools {
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

  private final ServerConfig.Storage config;
  private final Dialect dialect;
  private final @Nullable FileGuard guard;

  /**
   * Creates it.
   *
   * @param guard of the file of an embedded database, which must be there; null where it has none
   */
  Pools(ServerConfig.Storage config, Dialect dialect, @Nullable FileGuard guard) {
    this.config = config;
    this.dialect = dialect;
    this.guard = guard;
  }

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

  /** Of the writers, where there can be several, those that are not for messages: half of them. */
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
    if (guard == null) {
      pool.setJdbcUrl(config.url());
      pool.setDataSourceProperties(dialect == Dialect.SQLITE ? sqlite() : mysql());
    } else {
      pool.setDataSource(guard.source(sqlite()));
    }
    if (dialect == Dialect.MYSQL) {
      pool.setUsername(config.user());
      pool.setPassword(config.password().value());
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
