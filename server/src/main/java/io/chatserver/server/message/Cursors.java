package io.chatserver.server.message;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.chatserver.server.storage.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores how far users have received, a few times a second rather than at every message. What is
 * lost with a killed server is that much of the cursors: the messages in question are served once
 * more.
 *
 * <p>No more waits than there are places of logged-in users, each once.
 *
 * <p>Threads: any.
 */
public final class Cursors implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Cursors.class);
  private static final Duration INTERVAL = Duration.ofMillis(200);
  private static final Duration FLUSH_TIMEOUT = Duration.ofSeconds(15);
  private static final Duration JOIN_TIMEOUT = Duration.ofSeconds(15);
  private static final int MAX_BATCH = 500;

  /** One order for all nodes, so that they cannot lock each other out. */
  private static final Comparator<Cursor> BY_KEY =
      Comparator.comparing(Cursor::user).thenComparingLong(cursor -> cursor.conversation().value());

  private final MemberStore store;
  private final CursorListener listener;
  private final Queue<Cursor> waiting = new ConcurrentLinkedQueue<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition wanted = lock.newCondition();

  @GuardedBy("lock") private List<CompletableFuture<Void>> flushes = new ArrayList<>();

  @GuardedBy("lock") private boolean stopping;

  private final Thread thread = Thread.ofPlatform().name("cursor-writer").unstarted(this::run);
  private boolean failing;

  public Cursors(MemberStore store, CursorListener listener) {
    this.store = store;
    this.listener = listener;
    thread.start();
  }

  /** Notes that a user has received, and read, a conversation so far. Never blocks. */
  public void moved(Cursor cursor, long received, long read) {
    if (cursor.advance(received, read)) {
      waiting.add(cursor);
    }
  }

  /**
   * Returns when all that was noted before is stored, or is locked by a node that hangs maybe,
   * which is no reason to let nobody log in; blocks.
   *
   * @throws StorageException if it could not be, within a while
   */
  public void flush() {
    try {
      requestFlush().orTimeout(FLUSH_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS).join();
    } catch (CompletionException e) {
      throw new StorageException("store cursors", e.getCause() == null ? e : e.getCause());
    }
  }

  private CompletableFuture<Void> requestFlush() {
    var done = new CompletableFuture<Void>();
    lock.lock();
    try {
      if (stopping) {
        done.complete(null);
      } else {
        flushes.add(done);
        wanted.signal();
      }
    } finally {
      lock.unlock();
    }
    return done;
  }

  private void run() {
    boolean last = false;
    while (!last) {
      List<CompletableFuture<Void>> asked;
      lock.lock();
      try {
        if (flushes.isEmpty() && !stopping) {
          var _ = wanted.await(INTERVAL.toNanos(), TimeUnit.NANOSECONDS);
        }
        last = stopping;
        asked = flushes;
        flushes = new ArrayList<>();
      } catch (InterruptedException _) {
        return;
      } finally {
        lock.unlock();
      }
      storeWaiting(asked);
    }
  }

  /** Stores what waits now; what moves meanwhile has its turn in the next round. */
  private void storeWaiting(List<CompletableFuture<Void>> asked) {
    try {
      for (int left = waiting.size(); left > 0; left -= MAX_BATCH) {
        var batch = take(Math.min(left, MAX_BATCH));
        listener.moved(store(batch));
      }
      failing = false;
      asked.forEach(flush -> flush.complete(null));
    } catch (RuntimeException | Error e) {
      if (!failing) {
        failing = true;
        log.error("cursors cannot be stored, will try again: {}", e.getMessage());
      }
      boolean isLocked = e instanceof StorageException storage && storage.isLocked();
      asked.forEach(
          isLocked ? flush -> flush.complete(null) : flush -> flush.completeExceptionally(e));
    }
  }

  private List<Cursor> take(int size) {
    var batch = new ArrayList<Cursor>();
    while (batch.size() < size) {
      var cursor = waiting.remove();
      cursor.taken();
      batch.add(cursor);
    }
    batch.sort(BY_KEY);
    return batch;
  }

  private List<CursorListener.Moved> store(List<Cursor> batch) {
    try {
      return store.advance(batch);
    } catch (RuntimeException | Error e) {
      batch.stream().filter(Cursor::putBack).forEach(waiting::add);
      throw e;
    }
  }

  /** Stores what waits, and stops. */
  @Override
  public void close() {
    lock.lock();
    try {
      stopping = true;
      wanted.signal();
    } finally {
      lock.unlock();
    }
    try {
      if (!thread.join(JOIN_TIMEOUT)) {
        log.error("cursors were not stored within {}", JOIN_TIMEOUT);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
