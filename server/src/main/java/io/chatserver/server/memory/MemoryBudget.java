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
 * The memory budget of all connections together.
 *
 * <p>Connections are charged in steps of 4 KiB ({@link MemoryAccount}), so that a small message
 * touches no state shared between threads. A page reserves room before it is read, and pages wait
 * for room in order.
 *
 * <p>Threads: any.
 */
public final class MemoryBudget implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MemoryBudget.class);

  /** Over this mark, connections that hold more than their share are not read. */
  static final double READ_MARK = 0.6;

  /**
   * Over this mark, connections without progress are closed, until the use is below {@link
   * #READ_MARK}.
   */
  static final double CLOSE_MARK = 0.75;

  /**
   * Pages are read up to this mark. It is over the mark for closing, because waiting pages may need
   * a connection to be closed.
   */
  static final double PAGE_MARK = 0.85;

  /**
   * The part of the budget for pages, at least one page. So many readers at once, for example when
   * all users reconnect, do not make memory short for others.
   */
  static final double PAGE_SHARE = 0.25;

  /** Over this mark, connections are closed even if they make progress. */
  static final double LAST_MARK = 0.95;

  /**
   * What a connection may always hold, so that a small user is served while others hold the rest.
   */
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
   * @param buffersOfJvm how much direct memory the JVM has taken from the system, in bytes;
   *     negative if unknown
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

  /** The plan behind this budget. */
  public MemoryPlan plan() {
    return plan;
  }

  /** The current level. */
  public Level level() {
    return level;
  }

  /** The memory held for a use. */
  public Amount used(Use use) {
    return new Amount(heap.get(use.slot()), direct.get(use.slot()));
  }

  /**
   * The used fraction of the budget, of the heap or of the buffers, whichever is higher; it can
   * exceed 1.
   */
  public double fraction() {
    return fraction(Amount.NONE);
  }

  private double fraction(Amount more) {
    return Math.max(
        (double) (sum(heap) + more.heap()) / plan.budget().heap(),
        (double) (buffers() + more.direct()) / plan.budget().direct());
  }

  /**
   * The used bytes of buffers. The sum over connections counts shared buffers several times, and
   * the JVM's number includes free buffers, so this is the smaller of both.
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

  /** Connections that were closed to free memory. */
  public long closed() {
    return closed.sum();
  }

  /** Closes a connection to free its memory. */
  void closes(MemoryAccount account) {
    closed.increment();
    closings.add(() -> "memory is short: closed " + account);
    account.closeForMemory();
  }

  /** Pages that wait for room. */
  public int waitingPages() {
    return waitingCount.get();
  }

  /**
   * Whether a new connection is accepted: the minimum of a connection cannot be freed while it is
   * open.
   */
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

  /** Charges an amount, or releases it if it is negative. */
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
   * Requests room for a page; requests are served in order. Canceling the future withdraws the
   * request. Dependent stages run in a thread that releases room, and must not block.
   *
   * @return a future of the room, which the caller must close; canceled when the server stops
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

  /** Withdraws a request, and releases the room if it was given at the last moment. */
  private static void giveUp(CompletableFuture<Room> asked) {
    if (!asked.cancel(false) && !asked.isCancelled()) {
      asked.join().close();
    }
  }

  void admit() {
    for (var next = nextAdmitted(); next != null; next = nextAdmitted()) {
      updateLevel();
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

  /** Cancels all waiting requests. */
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

  /** Memory reserved for a page. Threads: any. */
  public final class Room implements AutoCloseable {
    private final AtomicBoolean returned = new AtomicBoolean();

    private Room() {}

    /** Releases the room; a second call does nothing. */
    @Override
    public void close() {
      if (!returned.getAndSet(true)) {
        giveBackPage();
      }
    }
  }
}
