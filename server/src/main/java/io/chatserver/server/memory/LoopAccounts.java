package io.chatserver.server.memory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The accounts of an event loop with charges beyond the minimum. Counts them again ten times a
 * second, and closes the heaviest if the budget's level requires it. Each loop closes its part.
 *
 * <p>Threads: its event loop.
 */
public final class LoopAccounts {
  private static final Duration INTERVAL = Duration.ofMillis(100);

  /**
   * The time that a client may make no progress; a client on a bad line makes some now and then.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /**
   * The same at a lower level. Without this limit, paused connections might never be read again.
   */
  private static final Duration LONG_PATIENCE = Duration.ofSeconds(10);

  private final MemoryBudget budget;
  private final ScheduledExecutorService loop;
  private final Set<MemoryAccount> watched = new LinkedHashSet<>();
  private final Duration patience;
  private final Duration longPatience;
  private boolean scheduled;

  /** The last time at which the level was not {@link Level#CLOSING}. */
  private long closingSince = System.nanoTime();

  public LoopAccounts(MemoryBudget budget, ScheduledExecutorService loop) {
    this(budget, loop, PATIENCE, LONG_PATIENCE);
  }

  LoopAccounts(
      MemoryBudget budget,
      ScheduledExecutorService loop,
      Duration patience,
      Duration longPatience) {
    this.budget = budget;
    this.loop = loop;
    this.patience = patience;
    this.longPatience = longPatience;
  }

  /** Opens an account for a connection of this loop. */
  public MemoryAccount open(MemoryHolder holder) {
    return new MemoryAccount(budget, this, holder);
  }

  void watch(MemoryAccount account) {
    watched.add(account);
    if (!scheduled) {
      schedule();
    }
  }

  private void schedule() {
    scheduled = true;
    var _ = loop.schedule(this::check, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void check() {
    long now = System.nanoTime();
    try {
      for (var account : List.copyOf(watched)) {
        if (!account.check(now)) {
          watched.remove(account);
        }
      }
      if (budget.level() != Level.CLOSING) {
        closingSince = now;
      }
      switch (budget.level()) {
        case AMPLE -> {}
        case NOT_READING -> closeHeaviest(now, longPatience);
        case CLOSING -> closeHeaviest(now, isLong(now) ? Duration.ZERO : patience);
        case EXHAUSTED -> closeHeaviest(now, Duration.ZERO);
      }
      budget.admit();
    } finally {
      scheduled = false;
      if (!watched.isEmpty()) {
        schedule();
      }
    }
  }

  /**
   * Whether the level has been {@link Level#CLOSING} for long. Then clients that read only a little
   * now and then are closed as well: otherwise they would keep their memory, and the server would
   * accept no new connections.
   */
  private boolean isLong(long now) {
    return now - closingSince >= longPatience.toNanos();
  }

  /**
   * Closes this loop's part of the excess. Connections that are closing already count as part of
   * it.
   */
  private void closeHeaviest(long now, Duration allowed) {
    double part = 1 - MemoryBudget.READ_MARK / budget.fraction();
    double excess = part * watched.stream().mapToDouble(MemoryAccount::weight).sum();
    var candidates = new ArrayList<MemoryAccount>();
    for (var account : watched) {
      if (account.isClosing()) {
        excess -= account.weight();
      } else if (account.takesNothing(now, allowed.toNanos())) {
        candidates.add(account);
      }
    }
    candidates.sort(Comparator.comparingDouble(MemoryAccount::weight).reversed());
    for (var account : candidates) {
      if (excess <= 0) {
        return;
      }
      excess -= account.weight();
      budget.closes(account);
    }
  }
}
