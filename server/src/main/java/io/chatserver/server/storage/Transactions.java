package io.chatserver.server.storage;

import com.zaxxer.hikari.HikariDataSource;
import io.chatserver.server.storage.Database.Work;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Runs writing transactions, each on a connection of the pool for writing.
 *
 * <p>Threads: any; every call blocks, for no longer than the configured timeouts.
 */
final class Transactions {
  private static final int MAX_TRIES = 10;

  /** The growth of the longest pause from try to try, up to 20 ms. */
  private static final int PAUSE_STEP_MILLIS = 2;

  private final HikariDataSource writers;
  private final Dialect dialect;
  private final @Nullable FileWatch file;

  /**
   * Creates the runner.
   *
   * @param file the watch of an embedded database's file; null without one
   */
  Transactions(HikariDataSource writers, Dialect dialect, @Nullable FileWatch file) {
    this.writers = writers;
    this.dialect = dialect;
    this.file = file;
  }

  /**
   * Runs work in one transaction, and retries it if the database aborted it because of a deadlock.
   *
   * @throws StorageException as for {@link Database#write}
   */
  <T> T run(String purpose, Work<T> work) {
    for (int tried = 1; ; tried++) {
      try {
        return tryToRun(purpose, work);
      } catch (SQLException e) {
        if (tried == MAX_TRIES || !dialect.isDeadlock(e)) {
          throw new StorageException(purpose, e, dialect);
        }
        pause(tried);
      }
    }
  }

  /** Lets the others go first, who locked each other out with this one. */
  private static void pause(int tried) {
    int most = PAUSE_STEP_MILLIS * tried;
    LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(most * 1_000_000L));
  }

  private <T> T tryToRun(String purpose, Work<T> work) throws SQLException {
    pass(purpose);
    try (var connection = writers.getConnection()) {
      try {
        connection.setAutoCommit(false);
        var result = work.on(connection);
        pass(purpose);
        connection.commit();
        return result;
      } catch (SQLException | RuntimeException e) {
        rollBack(connection, e);
        throw e;
      }
    }
  }

  private void pass(String purpose) {
    if (file != null) {
      file.pass(purpose);
    }
  }

  /**
   * Rolls back, and evicts a connection that cannot. SQLite's driver still believes that it is in a
   * transaction after one that could not begin, or that a full disk has ended.
   */
  private void rollBack(Connection connection, Exception why) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      why.addSuppressed(e);
      writers.evictConnection(connection);
    }
  }
}
