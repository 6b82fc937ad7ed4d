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
 * Counts the writes that are not messages, and says of how many that they are too many.
 *
 * <p>Threads: any.
 */
public final class LaneMeter {
  private static final Logger log = LoggerFactory.getLogger(LaneMeter.class);

  /** When to try again what was refused: at 1,000 writes a second, half of a full lane is done. */
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
   * One more waits.
   *
   * @throws Rejected if it is one too many
   */
  void enter(boolean own) {
    int now = waiting.incrementAndGet();
    if (now > capacity && !own) {
      waiting.decrementAndGet();
      throw refusal(capacity + " writes wait for the database");
    }
  }

  /** One that has waited does so no longer. */
  void leave() {
    waiting.decrementAndGet();
  }

  /** So many were stored in one transaction. */
  void stored(int writes) {
    done.add(writes);
    transactions.increment();
    movedNanos = System.nanoTime();
  }

  /** What to throw for one that has waited in vain since then, and was not begun. */
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

  /** Transactions in which they were. */
  public long transactions() {
    return transactions.sum();
  }

  /** Writes that were refused, because too many waited or for too long. */
  public long refused() {
    return refused.sum();
  }
}
