package io.chatserver.server.storage;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A few places for two kinds of waiters: those that go first, and the rest. If both kinds wait,
 * they take turns, so that none waits for more than one of the other kind. Within a kind the order
 * is first come, first served.
 *
 * <p>A freed place goes directly to the next waiter, so that a latecomer cannot take it.
 *
 * <p>Threads: any; {@link #take} blocks.
 */
final class Turns {
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock") private final Deque<Waiter> first = new ArrayDeque<>();

  @GuardedBy("lock") private final Deque<Waiter> rest = new ArrayDeque<>();

  @GuardedBy("lock") private int free;

  @GuardedBy("lock") private boolean restIsNext;

  /** A thread that waits. */
  private static final class Waiter {
    final Condition given;
    boolean has;

    Waiter(Condition given) {
      this.given = given;
    }
  }

  Turns(int places) {
    free = places;
  }

  /**
   * Waits for a place. A caller that gets one must {@link #leave} it.
   *
   * @param goesFirst whether the caller is of the kind that goes first
   * @param timeout the longest wait
   * @return false if there was no place within the timeout
   */
  boolean take(boolean goesFirst, Duration timeout) throws InterruptedException {
    lock.lock();
    try {
      // While a place is free, no thread waits.
      if (free > 0) {
        free--;
        restIsNext = goesFirst;
        return true;
      }
      return await(goesFirst ? first : rest, timeout.toNanos());
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock") private boolean await(Deque<Waiter> kind, long nanos) throws InterruptedException {
    var waiter = new Waiter(lock.newCondition());
    kind.add(waiter);
    try {
      long left = nanos;
      while (!waiter.has && left > 0) {
        left = waiter.given.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      if (waiter.has) {
        giveOn();
      }
      throw e;
    } finally {
      kind.remove(waiter);
    }
    return waiter.has;
  }

  /** Frees the place. */
  void leave() {
    lock.lock();
    try {
      giveOn();
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock") private void giveOn() {
    var next = next();
    if (next == null) {
      free++;
    } else {
      next.has = true;
      next.given.signal();
    }
  }

  @GuardedBy("lock") private @Nullable Waiter next() {
    boolean takesRest = first.isEmpty() || (restIsNext && !rest.isEmpty());
    restIsNext = !takesRest;
    return takesRest ? rest.poll() : first.poll();
  }
}
