package io.chatserver.server.storage;

import io.chatserver.protocol.ErrorCode;
import io.chatserver.server.fault.CountedLog;
import io.chatserver.server.fault.Rejected;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the writes other than messages, and refuses them beyond a limit.
 *
 * <p>Threads: any.
 */
public final class LaneMeter {
  private static final Logger log = LoggerFactory.getLogger(LaneMeter.class);

  /**
   * When to retry a refused write: at 1,000 writes a second, half of a full lane is done by then.
   */
  private static final Duration RETRY_AFTER = Duration.ofMillis(500);

  private final CountedLog refusals = new CountedLog(log::warn);
  private final int capacity;
  private final AtomicInteger waiting = new AtomicInteger();
  private final LongAdder done = new LongAdder();
  private final LongAdder transactions = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private volatile long movedNanos = System.nanoTime();

  LaneMeter(int capacity) {
    this.capacity = capacity;
  }

  /**
   * A write begins to wait.
   *
   * @throws Rejected if too many wait
   */
  void enter(boolean own) {
    int now = waiting.incrementAndGet();
    if (now > capacity && !own) {
      waiting.decrementAndGet();
      throw refusal(capacity + " writes wait for the database");
    }
  }

  /** A write ends its wait. */
  void leave() {
    waiting.decrementAndGet();
  }

  /** Some writes were stored in one transaction. */
  void stored(int writes) {
    done.add(writes);
    transactions.increment();
    movedNanos = System.nanoTime();
  }

  /** Creates the exception for a write that waited too long and was not begun. */
  RuntimeException tooLate(String purpose, long sinceNanos) {
    long millis = Duration.ofNanos(System.nanoTime() - sinceNanos).toMillis();
    return movedNanos - sinceNanos > 0
        ? refusal("a write has waited for " + millis + " ms")
        : StorageException.inVain(purpose, "nothing was stored for " + millis + " ms");
  }

  private Rejected refusal(String why) {
    refused.increment();
    refusals.add(() -> "busy: " + why + ": refused");
    return new Rejected(ErrorCode.BUSY, "", RETRY_AFTER);
  }

  /** Writes that wait for their turn. */
  public int waiting() {
    return waiting.get();
  }

  /** Writes that were done. */
  public long done() {
    return done.sum();
  }

  /** The transactions of these writes. */
  public long transactions() {
    return transactions.sum();
  }

  /** Writes refused because too many waited, or because they waited too long. */
  public long refused() {
    return refused.sum();
  }
}
