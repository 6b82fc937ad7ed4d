package io.chatserver.server.storage;

import io.chatserver.server.storage.Database.Work;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lane of a database with one writer. Its own thread runs the waiting writes in one
 * transaction, in turn with the messages. So forty writes cost one flush of the disk.
 *
 * <p>Each write has its own savepoint, so a failed write does not undo the others. All are answered
 * after the commit; if the commit fails, all fail.
 *
 * <p>Threads: any; every call blocks.
 */
final class BatchingLane implements Lane {
  private static final Logger log = LoggerFactory.getLogger(BatchingLane.class);

  /** The limits of a batch: messages wait for it and for its commit. */
  private static final Duration MAX_TIME = Duration.ofMillis(5);

  private static final int MAX_BATCH = 64;
  private static final long IDLE_CHECK_MILLIS = 100;
  private static final Duration JOIN_TIMEOUT = Duration.ofSeconds(30);

  private final Transactions transactions;
  private final Turns turns;
  private final Dialect dialect;
  private final LaneMeter meter;
  private final Patience patience;

  /** Bounded by the meter, except for the server's own writes. */
  private final BlockingDeque<LaneTask<?>> waiting = new LinkedBlockingDeque<>();

  private final Thread thread = Thread.ofPlatform().name("write-lane").unstarted(this::run);
  private volatile boolean stopping;

  /**
   * The timeouts of a write.
   *
   * @param turn the longest wait for a turn
   * @param work the longest wait for the end of a write that has begun
   */
  record Patience(Duration turn, Duration work) {}

  /**
   * Creates the lane; {@link #start} must follow.
   *
   * @param turns the turns at the single writer, in which messages go first
   */
  BatchingLane(
      Transactions transactions, Turns turns, Dialect dialect, LaneMeter meter, Patience patience) {
    this.transactions = transactions;
    this.turns = turns;
    this.dialect = dialect;
    this.meter = meter;
    this.patience = patience;
  }

  void start() {
    thread.start();
  }

  @Override
  public <T> T write(String purpose, Work<T> work, boolean own) {
    var task = new LaneTask<>(purpose, work);
    long start = System.nanoTime();
    meter.enter(own);
    try {
      enqueue(task, own);
      if (task.isBegunWithin(patience.turn)) {
        return task.result(patience.work);
      }
    } finally {
      meter.leave();
    }
    waiting.remove(task);
    throw meter.tooLate(purpose, start);
  }

  private void enqueue(LaneTask<?> task, boolean own) {
    boolean queued = own ? waiting.offerFirst(task) : waiting.offerLast(task);
    // If the lane's thread has ended meanwhile, it does not see the task.
    if (!queued || (stopping && waiting.remove(task))) {
      throw StorageException.inVain(task.purpose(), "closed");
    }
  }

  private void run() {
    while (!stopping || !waiting.isEmpty()) {
      try {
        var next = waiting.poll(IDLE_CHECK_MILLIS, TimeUnit.MILLISECONDS);
        if (next != null) {
          runBatchFrom(next);
        }
      } catch (InterruptedException _) {
        stopping = true;
      } catch (RuntimeException | Error e) {
        // If the thread ended here, no later write would be answered.
        log.error("the lane of writes failed", e);
      }
    }
  }

  private void runBatchFrom(LaneTask<?> first) throws InterruptedException {
    var batch = new ArrayList<LaneTask<?>>();
    if (!turns.take(false, patience.turn)) {
      failAll(
          first, batch, StorageException.inVain("write", "messages take too long to be stored"));
      return;
    }
    try {
      transactions.run("write", connection -> runBatch(connection, first, batch));
    } catch (RuntimeException | Error e) {
      failAll(first, batch, e);
      return;
    } finally {
      turns.leave();
    }
    meter.stored(batch.size());
    batch.forEach(LaneTask::complete);
  }

  /** Runs the waiting writes, up to the limits of a batch. */
  private int runBatch(Connection connection, LaneTask<?> first, List<LaneTask<?>> batch)
      throws SQLException {
    long start = System.nanoTime();
    LaneTask<?> next = first;
    while (next != null) {
      if (next.begin()) {
        batch.add(next);
        next.run(connection, dialect);
      }
      boolean full = batch.size() == MAX_BATCH || System.nanoTime() - start >= MAX_TIME.toNanos();
      next = full ? null : waiting.poll();
    }
    return batch.size();
  }

  /**
   * Fails the batch and all waiting writes, because each further try may take the database's
   * timeout.
   */
  private void failAll(LaneTask<?> first, List<LaneTask<?>> batch, Throwable cause) {
    // The first task is in the batch only if the transaction began.
    first.fail(cause);
    waiting.drainTo(batch);
    batch.forEach(task -> task.fail(cause));
  }

  @Override
  public void close() {
    stopping = true;
    try {
      if (!thread.join(JOIN_TIMEOUT)) {
        log.error("{} did not stop within {}", thread.getName(), JOIN_TIMEOUT);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
