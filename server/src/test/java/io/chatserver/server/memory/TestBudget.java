package io.chatserver.server.memory;

import java.util.concurrent.ScheduledExecutorService;

/** Budgets for tests. */
public final class TestBudget {
  private static final long KIB = 1024;

  private TestBudget() {}

  /** One that nothing exhausts. */
  public static MemoryBudget large() {
    return of(1L << 40);
  }

  /** One of so many bytes of the heap and as many of buffers; a page is of 256 KiB. */
  static MemoryBudget of(long bytes) {
    var amount = new Amount(bytes, bytes);
    var page = new Amount(256 * KIB, 256 * KIB);
    return new MemoryBudget(new MemoryPlan(amount, page, Amount.heap(4 * KIB), amount), () -> -1);
  }

  /** An account of which nothing is asked. */
  public static MemoryAccount accountOfNobody(ScheduledExecutorService loop) {
    return new LoopAccounts(large(), loop)
        .open(
            new MemoryHolder() {
              @Override
              public void count() {}

              @Override
              public boolean isBusy() {
                return false;
              }

              @Override
              public long progress() {
                return 0;
              }

              @Override
              public void mayBeRead() {}

              @Override
              public void closeForMemory() {}
            });
  }
}
