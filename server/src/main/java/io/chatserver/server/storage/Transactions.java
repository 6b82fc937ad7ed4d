package io.chatserver.server.storage;

import com.zaxxer.hikari.HikariDataSource;
import io.chatserver.server.storage.Database.Work;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Runs transactions that write, each on a connection of the pool for writing.
 *
 * <p>Threads: any; every call blocks, for no longer than the configured timeouts.
 */
final class Transactions {
  private static final int MAX_TRIES = 10;

  /** How much longer the pause before each next try may be: 20 ms at most. */
  private static final int PAUSE_STEP_MILLIS = 2;

  private final HikariDataSource writers;
  private final Dialect dialect;
  private final @Nullable FileWatch file;

  /**
   * Creates it.
   *
   * @param file the file of an embedded database, null where it has none
   */
  Transactions(HikariDataSource writers, Dialect dialect, @Nullable FileWatch file) {
    this.writers = writers;
    this.dialect = dialect;
    this.file = file;
  }

  /**
   * Writes, in one transaction, which is tried again where the database broke a deadlock with it.
   *
   * @throws StorageException as {@link Database#write} says
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
}
