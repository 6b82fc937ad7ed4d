package io.chatserver.server.fault;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Logs events of one kind at most once a second. A line tells how many events had no line since the
 * one before it.
 *
 * <p>Strangers cause such events as often as they like: a line for each would fill the disk.
 *
 * <p>Threads: any.
 */
public final class CountedLog {
  private static final long INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();

  private final Consumer<String> line;
  private final LongSupplier nanoTime;
  private final AtomicLong nextNanos;
  private final AtomicLong unlogged = new AtomicLong();

  /**
   * Creates one.
   *
   * @param line writes a line, such as {@code log::info}
   */
  public CountedLog(Consumer<String> line) {
    this(line, System::nanoTime);
  }

  /** The same with a clock, by nanoseconds from anywhere. */
  CountedLog(Consumer<String> line, LongSupplier nanoTime) {
    this.line = line;
    this.nanoTime = nanoTime;
    this.nextNanos = new AtomicLong(nanoTime.getAsLong());
  }

  /**
   * Logs an event, or counts it.
   *
   * @param text made only if it is logged
   */
  public void add(Supplier<String> text) {
    long now = nanoTime.getAsLong();
    long next = nextNanos.get();
    if (now - next < 0 || !nextNanos.compareAndSet(next, now + INTERVAL_NANOS)) {
      unlogged.incrementAndGet();
      return;
    }
    long more = unlogged.getAndSet(0);
    line.accept(more == 0 ? text.get() : text.get() + " (and " + more + " more before it)");
  }
}
