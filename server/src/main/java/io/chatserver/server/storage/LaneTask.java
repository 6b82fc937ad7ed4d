package io.chatserver.server.storage;

import io.chatserver.server.storage.Database.Work;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A write that waits for its turn in a {@link BatchingLane}: begun by the lane, or given up by its
 * caller before that, never both.
 *
 * <p>Threads: its caller waits, the lane does the rest.
 */
final class LaneTask<T> {
  private final String purpose;
  private final Work<T> work;
  private final CompletableFuture<T> outcome = new CompletableFuture<>();
  private final AtomicBoolean begun = new AtomicBoolean();
  private @Nullable Runnable onCommit;

  LaneTask(String purpose, Work<T> work) {
    this.purpose = purpose;
    this.work = work;
  }

  String purpose() {
    return purpose;
  }

  /** Waits until it is done or so long; false if it is given up before it began. */
  boolean isBegunWithin(Duration timeout) {
    try {
      outcome.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (ExecutionException _) {
      return true;
    } catch (TimeoutException _) {
      return !begin();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return !begin();
    }
  }

  /**
   * What came of it once it has begun.
   *
   * @throws StorageException if it failed, or there is no answer so long
   */
  T result(Duration timeout) {
    try {
      return outcome.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw switch (e.getCause()) {
        case RuntimeException failure -> failure;
        case Error error -> throw error;
        case null, default -> new StorageException(purpose, e);
      };
    } catch (TimeoutException _) {
      throw StorageException.inVain(purpose, "the database does not answer");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw StorageException.inVain(purpose, "interrupted");
    }
  }

  /** Begins it, or gives it up; false if that was done before. */
  boolean begin() {
    return begun.compareAndSet(false, true);
  }

  /**
   * Does it. If it fails, all that it did is undone; if that cannot be, the transaction is over.
   *
   * @throws SQLException if the transaction is over
   */
  void run(Connection connection, Dialect dialect) throws SQLException {
    var savepoint = connection.setSavepoint();
    try {
      var result = work.on(connection);
      onCommit = () -> outcome.complete(result);
    } catch (SQLException e) {
      connection.rollback(savepoint);
      onCommit = () -> outcome.completeExceptionally(new StorageException(purpose, e, dialect));
    } catch (RuntimeException e) {
      connection.rollback(savepoint);
      onCommit = () -> outcome.completeExceptionally(e);
    }
    connection.releaseSavepoint(savepoint);
  }

  /** Tells its caller what came of it. */
  void complete() {
    if (onCommit != null) {
      onCommit.run();
    }
  }

  /** Tells its caller, unless it was given up, that nothing came of it. */
  void fail(Throwable cause) {
    begin();
    var reason = cause instanceof StorageException ? cause.getCause() : null;
    outcome.completeExceptionally(reason == null ? cause : new StorageException(purpose, reason));
  }
}
