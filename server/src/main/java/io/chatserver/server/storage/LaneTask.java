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
 * A write that waits for its turn in a {@link BatchingLane}. Either the lane begins it, or its
 * caller gives it up, never both.
 *
 * <p>Threads: the caller waits; the lane's thread does the rest.
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

  /**
   * Waits until the write is done, or until the timeout. Returns false if it was given up before it
   * began.
   */
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
   * Waits for the result of a write that has begun.
   *
   * @throws StorageException if it failed, or did not end within the timeout
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

  /** Begins the write, or gives it up; false if it was begun or given up before. */
  boolean begin() {
    return begun.compareAndSet(false, true);
  }

  /**
   * Runs the write. A failure rolls back to its savepoint; if that fails, the transaction is over.
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

  /** Passes the result to the caller. */
  void complete() {
    if (onCommit != null) {
      onCommit.run();
    }
  }

  /** Passes the failure to the caller, unless the caller gave it up. */
  void fail(Throwable cause) {
    begin();
    var reason = cause instanceof StorageException ? cause.getCause() : null;
    outcome.completeExceptionally(reason == null ? cause : new StorageException(purpose, reason));
  }
}
