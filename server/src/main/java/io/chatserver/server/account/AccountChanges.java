package io.chatserver.server.account;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.chatserver.server.storage.StorageException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Polls the database for changes that end sessions, made by other nodes and by operators. It needs
 * no Redis: it reads one number twice a second.
 *
 * <p>Threads: any; {@code account-changes} reads.
 */
public final class AccountChanges implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AccountChanges.class);

  /** Sessions end within two seconds of a change. */
  private static final Duration INTERVAL = Duration.ofMillis(500);

  private static final Duration JOIN_TIMEOUT = Duration.ofSeconds(15);
  private static final int PAGE = 500;

  /** The number of changes kept for logins in progress. */
  private static final int RECENT = 10_000;

  /** Receives the changes, and ends sessions. */
  public interface Listener {
    /** Receives new changes, in order. */
    void changed(List<AccountChange> changes);

    /** Some changes cannot be read any more. */
    void mayHaveMissed();
  }

  /**
   * How far the changes were seen.
   *
   * @param skips how often changes could not be read
   */
  public record Mark(long revision, int skips) {}

  private final AccountChangeStore store;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition wake = lock.newCondition();
  private final Thread thread;

  @GuardedBy("lock") private final Deque<AccountChange> recent = new ArrayDeque<>();

  @GuardedBy("lock") private boolean requested;

  @GuardedBy("lock") private boolean stopping;

  /** The last change that the listener received, or is receiving. */
  private volatile Mark seen;

  /** All seen changes after this revision are in {@code recent}. */
  @GuardedBy("lock") private long recentAfter;

  private volatile long readAtNanos = System.nanoTime();

  /**
   * Reads the current revision: it is the start for sessions that begin from now on. Blocks.
   *
   * @param listener ends sessions; called by the thread {@code account-changes}
   */
  public AccountChanges(AccountChangeStore store, Listener listener) {
    this.store = store;
    seen = new Mark(store.revision(), 0);
    recentAfter = seen.revision();
    thread = Thread.ofPlatform().name("account-changes").unstarted(() -> run(listener));
  }

  /** Starts polling. */
  public void start() {
    thread.start();
  }

  /** How far the changes were seen. */
  public Mark seen() {
    return seen;
  }

  /** The changes seen after a mark; empty if not all of them are kept any more. */
  public Optional<List<AccountChange>> since(Mark mark) {
    if (seen.equals(mark)) {
      return Optional.of(List.of());
    }
    lock.lock();
    try {
      return mark.skips() != seen.skips() || mark.revision() < recentAfter
          ? Optional.empty()
          : Optional.of(
              recent.stream().filter(change -> change.revision() > mark.revision()).toList());
    } finally {
      lock.unlock();
    }
  }

  /** The time since the last read of the database. */
  public Duration age() {
    return Duration.ofNanos(System.nanoTime() - readAtNanos);
  }

  /** Polls at once, after a change on this node. */
  public void request() {
    lock.lock();
    try {
      requested = true;
      wake.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void run(Listener listener) {
    while (pause()) {
      try {
        look(listener);
      } catch (StorageException e) {
        // The log writers report that the database is down.
        log.debug("changes of accounts cannot be read: {}", e.getMessage());
      } catch (RuntimeException e) {
        log.error("changes of accounts cannot be read", e);
      }
    }
  }

  /** Passes the changes since the last poll to the listener. Blocks. */
  void look(Listener listener) {
    long newest = store.revision();
    if (newest < seen.revision()) {
      // The database was replaced by another one, which lacks the last changes.
      log.warn(
          "changes of accounts went back from {} to {}: all sessions end", seen.revision(), newest);
      skipTo(newest, listener);
    }
    while (seen.revision() < newest) {
      long last = seen.revision();
      var changes = store.after(last, PAGE);
      if (changes.isEmpty() || changes.getFirst().revision() != last + 1) {
        log.warn("changes of accounts after {} are not there any more: all sessions end", last);
        skipTo(newest, listener);
      } else {
        see(changes);
        listener.changed(changes);
      }
    }
    readAtNanos = System.nanoTime();
  }

  /**
   * Records changes before the listener gets them: a login registers its session first, then reads
   * the changes here.
   */
  private void see(List<AccountChange> changes) {
    lock.lock();
    try {
      recent.addAll(changes);
      while (recent.size() > RECENT) {
        recentAfter = recent.remove().revision();
      }
      seen = new Mark(changes.getLast().revision(), seen.skips());
    } finally {
      lock.unlock();
    }
  }

  private void skipTo(long revision, Listener listener) {
    lock.lock();
    try {
      recent.clear();
      recentAfter = revision;
      seen = new Mark(revision, seen.skips() + 1);
    } finally {
      lock.unlock();
    }
    listener.mayHaveMissed();
  }

  /** Waits for the next poll; false to stop. */
  private boolean pause() {
    lock.lock();
    try {
      long left = INTERVAL.toNanos();
      while (!stopping && !requested && left > 0) {
        left = wake.awaitNanos(left);
      }
      requested = false;
      return !stopping;
    } catch (InterruptedException _) {
      return false;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      stopping = true;
      wake.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      if (thread.isAlive() && !thread.join(JOIN_TIMEOUT)) {
        log.error("the watch for changes of accounts did not end within {}", JOIN_TIMEOUT);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
