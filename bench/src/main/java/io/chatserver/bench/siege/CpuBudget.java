package io.chatserver.bench.siege;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Limits this process to a share of one core. Every attack calls {@link #pass} before each step,
 * and waits while the process has used more than its share since the start.
 *
 * <p>Threads: any calls {@link #pass}; one calls {@link #tick}.
 */
final class CpuBudget {
  /** The interval for measuring the use: short compared with any latency that matters. */
  static final Duration TICK = Duration.ofMillis(5);

  private final double share;
  private final LongSupplier cpuNanos;
  private final LongSupplier nanoTime;
  private final long cpuAtStart;
  private final long start;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition opened = lock.newCondition();
  private volatile boolean open = true;

  /**
   * Starts counting.
   *
   * @param share the share of one core, over 0
   * @param cpuNanos CPU time of this process
   * @param nanoTime as {@link System#nanoTime}
   */
  CpuBudget(double share, LongSupplier cpuNanos, LongSupplier nanoTime) {
    this.share = share;
    this.cpuNanos = cpuNanos;
    this.nanoTime = nanoTime;
    cpuAtStart = cpuNanos.getAsLong();
    start = nanoTime.getAsLong();
  }

  /** Measures the use; must be called each {@link #TICK}. */
  void tick() {
    boolean now = used() <= share;
    if (now && !open) {
      lock.lock();
      try {
        open = true;
        opened.signalAll();
      } finally {
        lock.unlock();
      }
    } else if (!now) {
      open = false;
    }
  }

  /** Waits until the process may use CPU. */
  void pass() throws InterruptedException {
    if (open) {
      return;
    }
    lock.lock();
    try {
      while (!open) {
        opened.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The share of one core that was used since the start. */
  double used() {
    long elapsed = Math.max(1, nanoTime.getAsLong() - start);
    return (double) (cpuNanos.getAsLong() - cpuAtStart) / elapsed;
  }
}
