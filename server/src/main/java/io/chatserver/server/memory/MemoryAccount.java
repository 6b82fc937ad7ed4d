package io.chatserver.server.memory;

/**
 * The memory that one connection holds, by use.
 *
 * <p>Up to {@link #STEP} of each use is free, because the minimum charge of a connection covers it.
 * Beyond that the charge grows in steps.
 *
 * <p>Threads: the connection's event loop.
 */
public final class MemoryAccount {
  static final int STEP = 4096;

  private final MemoryBudget budget;
  private final LoopAccounts loop;
  private final MemoryHolder holder;

  /** The charges by use: first those for the heap, then those for the buffers. */
  private final long[] charged = new long[2 * Use.COUNT];

  private boolean closed;
  private boolean ended;
  private boolean closing;
  private boolean unread;
  private long progress;
  private long progressNanos;

  MemoryAccount(MemoryBudget budget, LoopAccounts loop, MemoryHolder holder) {
    this.budget = budget;
    this.loop = loop;
    this.holder = holder;
    budget.opened();
  }

  /** Sets the memory held for a use. */
  public void holds(Use use, long heap, long direct) {
    long heapStep = steps(heap) - charged[use.slot()];
    long directStep = steps(direct) - charged[Use.COUNT + use.slot()];
    if (heapStep != 0 || directStep != 0) {
      charge(use, heapStep, directStep);
    }
  }

  /**
   * Sets a lower bound for the heap held for a use. This is cheap if it is small or charged
   * already.
   */
  public void grows(Use use, long heap) {
    if (heap > STEP && heap > charged[use.slot()]) {
      charge(use, steps(heap) - charged[use.slot()], 0);
    }
  }

  private static long steps(long bytes) {
    return bytes <= STEP ? 0 : (bytes + STEP - 1) / STEP * STEP;
  }

  private void charge(Use use, long heap, long direct) {
    if (!hasCharges()) {
      progress = holder.progress();
      progressNanos = System.nanoTime();
    }
    charged[use.slot()] += heap;
    charged[Use.COUNT + use.slot()] += direct;
    budget.add(use, heap, direct);
    loop.watch(this);
  }

  boolean hasCharges() {
    for (long each : charged) {
      if (each != 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether its connection may be read. If not, {@link MemoryHolder#mayBeRead} notifies the
   * connection when it may.
   */
  public boolean mayBeRead() {
    var level = budget.level();
    if (level == Level.AMPLE) {
      return true;
    }
    boolean may = level != Level.EXHAUSTED && weight() <= budget.share();
    if (!may && !unread) {
      unread = true;
      loop.watch(this);
    }
    return may;
  }

  /** The fraction of the budget that it holds beyond the minimum. */
  double weight() {
    long heap = 0;
    long direct = 0;
    for (int i = 0; i < Use.COUNT; i++) {
      heap += charged[i];
      direct += charged[Use.COUNT + i];
    }
    return budget.weight(heap, direct);
  }

  /** The connection is closed; later checks release the memory that it still holds. */
  public void close() {
    closed = true;
    holder.count();
    endIfEmpty();
    if (!ended) {
      loop.watch(this);
    }
  }

  /**
   * Counts the memory again.
   *
   * @return whether another check is needed later
   */
  boolean check(long nanoTime) {
    holder.count();
    if (holder.progress() != progress) {
      progress = holder.progress();
      progressNanos = nanoTime;
    }
    if (unread && mayBeRead()) {
      unread = false;
      holder.mayBeRead();
    }
    endIfEmpty();
    return !ended && (closed || unread || hasCharges());
  }

  private void endIfEmpty() {
    if (closed && !ended && !hasCharges() && !holder.isBusy()) {
      ended = true;
      budget.ended();
    }
  }

  boolean isClosing() {
    return closing || closed;
  }

  boolean takesNothing(long nanoTime, long patience) {
    return nanoTime - progressNanos >= patience;
  }

  void closeForMemory() {
    closing = true;
    holder.closeForMemory();
  }

  @Override
  public String toString() {
    return holder.toString();
  }
}
