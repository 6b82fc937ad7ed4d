package io.chatserver.server.memory;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.server.fault.CountedLog;
import io.chatserver.server.fault.Rejected;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The memory that all connections may hold together.
 *
 * <p>Connections are charged in steps of 4 KiB ({@link MemoryAccount}), so that a small message
 * touches nothing that threads share; pages ask for room before they are read, and wait for it in
 * order.
 *
 * <p>Threads: any.
 */
public final class MemoryBudget implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MemoryBudget.class);

  /** Over it, connections that hold more than their share are not read. */
  static final double READ_MARK = 0.6;

  /** Over it, connections that take nothing are closed, until less than {@link #READ_MARK}. */
  static final double CLOSE_MARK = 0.75;

  /** Pages are read up to it: over the mark for closing, for those that wait may need that. */
  static final double PAGE_MARK = 0.85;

  /**
   * Pages may have this part of the budget, and always one: so many readers at once, as when all
   * users come back, do not make memory short for others.
   */
  static final double PAGE_SHARE = 0.25;

  /** Over it, connections are closed whether they take something or not. */
  static final double LAST_MARK = 0.95;

  /** What a connection may always hold: a small user is served while others hold it all. */
  private static final long LEAST_SHARE = 16 * 1024;

  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  private final MemoryPlan plan;
  private final LongSupplier buffersOfJvm;
  private final AtomicLongArray heap = new AtomicLongArray(Use.COUNT);
  private final AtomicLongArray direct = new AtomicLongArray(Use.COUNT);
  private final AtomicInteger connections = new AtomicInteger();
  private final int maxRooms;
  private final AtomicInteger rooms = new AtomicInteger();
  private final AtomicInteger waitingCount = new AtomicInteger();
  private final LongAdder closed = new LongAdder();
  private final CountedLog levels = new CountedLog(log::warn);
  private final CountedLog closings = new CountedLog(log::warn);
  private volatile Level level = Level.AMPLE;

  @GuardedBy("this") private final Deque<CompletableFuture<Room>> waiting = new ArrayDeque<>();

  @GuardedBy("this") private boolean isClosed;

  /**
   * Creates it.
   *
   * @param buffersOfJvm how much direct memory the JVM has taken from the system, in bytes, or a
   *     negative number where that is not known
   */
  public MemoryBudget(MemoryPlan plan, LongSupplier buffersOfJvm) {
    this.plan = plan;
    this.buffersOfJvm = buffersOfJvm;
    maxRooms = maxRooms(plan.budget(), plan.page());
  }

  private static int maxRooms(Amount budget, Amount page) {
    long pages = Math.min(budget.heap() / page.heap(), budget.direct() / page.direct());
    return Math.max(1, (int) (PAGE_SHARE * pages));
  }

  /** What it is made from. */
  public MemoryPlan plan() {
    return plan;
  }

  /** What is to be done just now. */
  public Level level() {
    return level;
  }

  /** How much is held for something. */
  public Amount used(Use use) {
    return new Amount(heap.get(use.slot()), direct.get(use.slot()));
  }

  /** How much of the budget is used, from 0 to 1 and over it: of the heap or of the buffers. */
  public double fraction() {
    return fraction(Amount.NONE);
  }

  private double fraction(Amount more) {
    return Math.max(
        (double) (sum(heap) + more.heap()) / plan.budget().heap(),
        (double) (buffers() + more.direct()) / plan.budget().direct());
  }

  /**
   * Of a message to many each connection counts the whole, and what the JVM has taken holds buffers
   * that are free: so the smaller of both.
   */
  private long buffers() {
    long held = sum(direct);
    long taken = held * 4 < plan.budget().direct() ? -1 : buffersOfJvm.getAsLong();
    return taken < 0 ? held : Math.min(held, taken);
  }

  private static long sum(AtomicLongArray parts) {
    long sum = 0;
    for (int i = 0; i < parts.length(); i++) {
      sum += parts.get(i);
    }
    return sum;
  }

  /** Connections that were closed for want of memory. */
  public long closed() {
    return closed.sum();
  }

  /** Closes a connection that others need the memory of. */
  void closes(MemoryAccount account) {
    closed.increment();
    closings.add(() -> "memory is short: closed " + account);
    account.closeForMemory();
  }

  /** Pages that wait for room. */
  public int waitingPages() {
    return waitingCount.get();
  }

  /** Whether one more connection fits: what connections hold at least cannot be taken back. */
  public boolean takesConnections() {
    return level.compareTo(Level.CLOSING) < 0;
  }

  /** The part of the budget that a connection may hold while memory is short. */
  double share() {
    return Math.max(
        READ_MARK / Math.max(1, connections.get()),
        (double) LEAST_SHARE / Math.min(plan.budget().heap(), plan.budget().direct()));
  }

  double weight(long heapBytes, long directBytes) {
    return (double) heapBytes / plan.budget().heap()
        + (double) directBytes / plan.budget().direct();
  }

  void opened() {
    connections.incrementAndGet();
    add(Use.CONNECTIONS, plan.least().heap(), plan.least().direct());
  }

  void ended() {
    connections.decrementAndGet();
    add(Use.CONNECTIONS, -plan.least().heap(), -plan.least().direct());
  }

  /** Charges an amount, or gives it back where it is negative. */
  void add(Use use, long heapBytes, long directBytes) {
    if (heapBytes != 0) {
      heap.addAndGet(use.slot(), heapBytes);
    }
    if (directBytes != 0) {
      direct.addAndGet(use.slot(), directBytes);
    }
    updateLevel();
    if (waitingCount.get() > 0 && (heapBytes < 0 || directBytes < 0)) {
      admit();
    }
  }

  private void updateLevel() {
    double used = fraction();
    var now =
        used < READ_MARK
            ? Level.AMPLE
            : used < CLOSE_MARK
                ? Level.NOT_READING
                : used < LAST_MARK ? Level.CLOSING : Level.EXHAUSTED;
    if (now != level) {
      level = now;
      levels.add(() ->
          String.format(
              Locale.ROOT, "connections hold %.0f %% of their memory: %s", used * 100, now));
    }
  }

  /**
   * Room for a page, when there is some and those that asked before have theirs. Who cancels it
   * gives up. What depends on it runs in a thread that gives room back and must not block.
   *
   * @return completed with room, which the asker closes; canceled when the server stops
   */
  public CompletableFuture<Room> room() {
    var asked = new CompletableFuture<Room>();
    synchronized (this) {
      if (isClosed) {
        asked.cancel(false);
        return asked;
      }
      waiting.add(asked);
      waitingCount.incrementAndGet();
    }
    admit();
    return asked;
  }

  /**
   * Waits for room.
   *
   * @throws Rejected with {@link ErrorCode#BUSY} if there is none in time
   */
  public Room await(Duration timeout) {
    var asked = room();
    try {
      return asked.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      giveUp(asked);
      throw new Rejected(ErrorCode.BUSY, "memory is short", RETRY_AFTER);
    } catch (CancellationException | ExecutionException _) {
      throw new Rejected(ErrorCode.SHUTTING_DOWN);
    } catch (InterruptedException _) {
      giveUp(asked);
      Thread.currentThread().interrupt();
      throw new Rejected(ErrorCode.SHUTTING_DOWN);
    }
  }

  /** It may have been given at the last moment. */
  private static void giveUp(CompletableFuture<Room> asked) {
    if (!asked.cancel(false) && !asked.isCancelled()) {
      asked.join().close();
    }
  }

  void admit() {
    for (var next = nextAdmitted(); next != null; next = nextAdmitted()) {
      if (!next.complete(new Room())) {
        giveBackPage();
      }
    }
  }

  private synchronized @Nullable CompletableFuture<Room> nextAdmitted() {
    while (!waiting.isEmpty() && waiting.getFirst().isDone()) {
      waiting.removeFirst();
      waitingCount.decrementAndGet();
    }
    if (waiting.isEmpty() || rooms.get() >= maxRooms || fraction(plan.page()) > PAGE_MARK) {
      return null;
    }
    rooms.incrementAndGet();
    heap.addAndGet(Use.PAGES.slot(), plan.page().heap());
    direct.addAndGet(Use.PAGES.slot(), plan.page().direct());
    waitingCount.decrementAndGet();
    return waiting.removeFirst();
  }

  private void giveBackPage() {
    rooms.decrementAndGet();
    add(Use.PAGES, -plan.page().heap(), -plan.page().direct());
  }

  /** Lets nobody wait any more. */
  @Override
  public void close() {
    Deque<CompletableFuture<Room>> left;
    synchronized (this) {
      isClosed = true;
      left = new ArrayDeque<>(waiting);
      waiting.clear();
      waitingCount.set(0);
    }
    left.forEach(each -> each.cancel(false));
  }

  /** Memory that is set aside for a page. Threads: any. */
  public final class Room implements AutoCloseable {
    private final AtomicBoolean returned = new AtomicBoolean();

    private Room() {}

    /** Gives it back; does nothing the second time. */
    @Override
    public void close() {
      if (!returned.getAndSet(true)) {
        giveBackPage();
      }
    }
  }
}
