package io.chatserver.server.storage;

import com.zaxxer.hikari.HikariDataSource;
import io.chatserver.server.config.ServerConfig;
import io.chatserver.server.fault.CountedLog;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database behind its connection pools, one for reading and one for writing.
 *
 * <p>Messages come before other writes. SQLite has one writer at a time: the log and the {@link
 * Lane} of the other writes take turns here, while SQLite itself would make them poll. With MySQL
 * the lane has half of the connections for writing, and the log has the rest. A writing connection
 * is never in auto-commit mode, so no transaction has to switch it off and on, which costs two
 * round trips with MySQL.
 *
 * <p>Threads: any; every call blocks, for no longer than the configured timeouts.
 */
public final class Database implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Database.class);

  /** A read that fails within this time had a dead connection; the database is not hung. */
  private static final Duration AT_ONCE = Duration.ofSeconds(1);

  private final CountedLog slow = new CountedLog(log::warn);
  private final ServerConfig.Storage config;
  private final Dialect dialect;
  private final HikariDataSource readers;
  private final HikariDataSource writers;
  private final @Nullable FileGuard guard;
  private final Transactions transactions;
  private final LaneMeter meter;
  private final Turns turns;
  private final Lane lane;
  private final LogEpoch epoch;

  private Database(
      ServerConfig.Storage config,
      Pools pools,
      HikariDataSource writers,
      @Nullable FileGuard guard) {
    this.config = config;
    this.dialect = Dialect.ofUrl(config.url());
    this.writers = writers;
    this.guard = guard;
    readers = pools.readers();
    transactions = new Transactions(writers, dialect, guard == null ? null : guard.watch());
    meter = new LaneMeter(config.writeQueue());
    turns = new Turns(1);
    lane = dialect.hasManyWriters() ? parallel(pools.laneSize()) : batching();
    epoch = new LogEpoch(this);
    pools.observe(epoch);
    epoch.start();
  }

  private Lane parallel(int places) {
    return new ParallelLane(transactions, places, meter, config.connectTimeout());
  }

  private Lane batching() {
    var patience =
        new BatchingLane.Patience(
            config.connectTimeout(), config.statementTimeout().plus(config.connectTimeout()));
    var batching = new BatchingLane(transactions, turns, dialect, meter, patience);
    batching.start();
    return batching;
  }

  /**
   * Connects, and brings the schema up to date.
   *
   * @throws StorageException if the database is unavailable, or its schema is not the one that this
   *     version needs
   */
  public static Database open(ServerConfig.Storage config) {
    var guard =
        DatabaseFile.of(config.url())
            .map(file -> new FileGuard(file, config.diskWarning()))
            .orElse(null);
    try {
      return open(config, guard);
    } catch (RuntimeException e) {
      if (guard != null) {
        guard.close();
      }
      throw e;
    }
  }

  private static Database open(ServerConfig.Storage config, @Nullable FileGuard guard) {
    var dialect = Dialect.ofUrl(config.url());
    var pools = new Pools(config, dialect, guard);
    var writers = pools.writers();
    try {
      if (dialect == Dialect.MYSQL) {
        checkSession(writers);
      }
      new Migrations(writers, dialect).bringUpToDate(config.migrate());
      if (guard != null) {
        guard.start();
      }
      return new Database(config, pools, writers, guard);
    } catch (RuntimeException e) {
      writers.close();
      throw e;
    }
  }

  private static void checkSession(HikariDataSource writers) {
    try (var connection = writers.getConnection()) {
      MysqlSession.check(connection);
      connection.rollback();
    } catch (SQLException e) {
      throw new StorageException("check a connection", e);
    }
  }

  /**
   * Registers metrics of the pools.
   *
   * @param registry a metrics registry that HikariCP supports
   */
  public void measureWith(Object registry) {
    readers.setMetricRegistry(registry);
    writers.setMetricRegistry(registry);
  }

  /** Whether the database answers. Blocks at most as long as a connection takes. */
  public boolean isUp() {
    if (guard != null && !guard.watch().isWhole()) {
      return false;
    }
    try (var connection = readers.getConnection()) {
      return connection.isValid(1);
    } catch (SQLException _) {
      return false;
    }
  }

  /** The counters of the writes other than messages. */
  public LaneMeter lane() {
    return meter;
  }

  /** The free bytes on the disk of an embedded database; NaN without one. */
  public double diskFreeBytes() {
    return guard == null ? Double.NaN : guard.disk().freeBytes();
  }

  /** The epoch of the log. */
  public LogEpoch epoch() {
    return epoch;
  }

  /**
   * The clock that dates the entries of the log: the database's, which all nodes share. An embedded
   * database has the own one.
   */
  public Clock clock(Clock own) {
    if (!dialect.hasManyWriters()) {
      return own;
    }
    var clock = new DatabaseClock(own);
    epoch.measure(clock);
    return clock;
  }

  /** How many seconds the database's clock is ahead of this machine's; 0 for an embedded one. */
  public double clockOffset() {
    return epoch.clockOffset().toMillis() / 1000.0;
  }

  /** The kind of database. */
  public Dialect dialect() {
    return dialect;
  }

  /** The database's time, the same for all nodes, in milliseconds since 1970. Blocks. */
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
    /** Runs the work. It may use the connection only until it returns. */
    T on(Connection connection) throws SQLException;
  }

  /**
   * Reads. If the connection was dead, the work runs a second time.
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
   * Retries a read. The pool treats a connection as alive if it was used a moment ago, but a
   * restart of the database closes them all.
   */
  private <T> T readAgain(String purpose, Work<T> work, SQLException failure, long nanos) {
    if (!dialect.isLostConnection(failure) || nanos > AT_ONCE.toNanos()) {
      throw new StorageException(purpose, failure, dialect);
    }
    readers.getHikariPoolMXBean().softEvictConnections();
    try {
      return tryToRead(work);
    } catch (SQLException e) {
      throw new StorageException(purpose, e, dialect);
    }
  }

  private <T> T tryToRead(Work<T> work) throws SQLException {
    try (var connection = readers.getConnection()) {
      return work.on(connection);
    }
  }

  /**
   * Runs a user's write other than a message, in one transaction.
   *
   * @param purpose what for, for the log and for errors
   * @throws io.chatserver.server.fault.Rejected with {@code BUSY} if too many writes wait; nothing
   *     was done then
   * @throws StorageException if it failed; whether it was committed is then unknown unless {@link
   *     StorageException#isDuplicateKey} or {@link StorageException#isLocked}
   */
  public <T> T write(String purpose, Work<T> work) {
    return inLane(purpose, work, false);
  }

  /**
   * Runs a write of the server itself: small, frequent, and before the writes of users.
   *
   * @throws StorageException as above
   */
  public <T> T writeOwn(String purpose, Work<T> work) {
    return inLane(purpose, work, true);
  }

  private <T> T inLane(String purpose, Work<T> work, boolean own) {
    long start = System.nanoTime();
    try {
      return lane.write(purpose, work, own);
    } finally {
      noteIfSlow(purpose, start);
    }
  }

  /**
   * Writes messages in one transaction, which waits for at most one batch of other writes.
   *
   * @throws StorageException as above
   */
  public <T> T writeMessages(String purpose, Work<T> work) {
    long start = System.nanoTime();
    try {
      return dialect.hasManyWriters() ? transactions.run(purpose, work) : inTurn(purpose, work);
    } finally {
      noteIfSlow(purpose, start);
    }
  }

  private <T> T inTurn(String purpose, Work<T> work) {
    try {
      if (!turns.take(true, config.connectTimeout())) {
        throw StorageException.inVain(purpose, "another write does not end");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw StorageException.inVain(purpose, "interrupted");
    }
    try {
      return transactions.run(purpose, work);
    } finally {
      turns.leave();
    }
  }

  private void noteIfSlow(String purpose, long start) {
    long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
    if (millis >= config.slowStatement().toMillis()) {
      slow.add(() -> "slow: " + purpose + " took " + millis + " ms");
    }
  }

  @Override
  public void close() {
    epoch.close();
    lane.close();
    readers.close();
    writers.close();
    if (guard != null) {
      guard.close();
    }
  }
}
