package io.chatserver.server.fault;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Logs events of one kind at most once a second, or in another interval. Each line has the number
 * of events suppressed since the previous line.
 *
 * <p>Clients can cause such events at any rate: a line for each would fill the disk.
 *
 * <p>Threads: any.
 */
public final class CountedLog {
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final Consumer<String> line;
  private final long intervalNanos;
  private final LongSupplier nanoTime;
  private final AtomicLong nextNanos;
  private final AtomicLong unlogged = new AtomicLong();

  /**
   * Creates a log.
   *
   * @param line writes a line, such as {@code log::info}
   */
  public CountedLog(Consumer<String> line) {
    this(line, INTERVAL, System::nanoTime);
  }

  /** Creates a log with another interval between lines. */
  public CountedLog(Consumer<String> line, Duration interval) {
    this(line, interval, System::nanoTime);
  }

  /** Creates a log with another clock, in nanoseconds from any origin. */
  CountedLog(Consumer<String> line, LongSupplier nanoTime) {
    this(line, INTERVAL, nanoTime);
  }

  private CountedLog(Consumer<String> line, Duration interval, LongSupplier nanoTime) {
    this.line = line;
    this.intervalNanos = interval.toNanos();
    this.nanoTime = nanoTime;
    this.nextNanos = new AtomicLong(nanoTime.getAsLong());
  }

  /**
   * Logs an event, or counts it.
   *
   * @param text computed only if it is logged
   */
  public void add(Supplier<String> text) {
    long now = nanoTime.getAsLong();
    long next = nextNanos.get();
    if (now - next < 0 || !nextNanos.compareAndSet(next, now + intervalNanos)) {
      unlogged.incrementAndGet();
      return;
    }
    long more = unlogged.getAndSet(0);
    line.accept(more == 0 ? text.get() : text.get() + " (and " + more + " more before it)");
  }
}
