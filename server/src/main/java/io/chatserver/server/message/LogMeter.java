package io.chatserver.server.message;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what the log stores.
 *
 * <p>Threads: any.
 */
public final class LogMeter {
  private final LongAdder messages = new LongAdder();
  private final LongAdder batches = new LongAdder();
  private final LongAdder nanos = new LongAdder();
  private final LongAdder wentBack = new LongAdder();

  void stored(int count, long tookNanos) {
    messages.add(count);
    batches.increment();
    nanos.add(tookNanos);
  }

  void wentBack() {
    wentBack.increment();
  }

  /** How often the log was found to end before an entry that this node has stored. */
  public long wentBackCount() {
    return wentBack.sum();
  }

  /** Messages that were stored. */
  public long messages() {
    return messages.sum();
  }

  /** Transactions in which they were stored. */
  public long batches() {
    return batches.sum();
  }

  /** How long these took, all together. */
  public Duration time() {
    return Duration.ofNanos(nanos.sum());
  }
}
