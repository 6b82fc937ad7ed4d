package io.chatserver.bench.siege;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One hostile client: repeats its attack until its time is over, with a bounded number of
 * connections.
 *
 * <p>Threads: its own, and one for each connection that it uses in parallel.
 */
final class Hostile implements Runnable {
  /** The most connections of one client at a time. */
  static final int MAX_CONNECTIONS = 40;

  private static final Duration AFTER_FAILURE = Duration.ofMillis(200);

  private final int number;
  private final AttackKind kind;
  private final AttackPlan plan;
  private final CpuBudget budget;
  private final AttackCount count;
  private final ScheduledExecutorService timer;
  private final long deadline;
  private final Random random;
  private final Semaphore places = new Semaphore(MAX_CONNECTIONS);

  /**
   * The state shared by all clients.
   *
   * @param deadline the {@link System#nanoTime} at which all of them end
   */
  record Camp(AttackPlan plan, CpuBudget budget, ScheduledExecutorService timer, long deadline) {}

  Hostile(int number, AttackKind kind, Camp camp, AttackCount count) {
    this.number = number;
    this.kind = kind;
    this.plan = camp.plan;
    this.budget = camp.budget;
    this.timer = camp.timer;
    this.deadline = camp.deadline;
    this.count = count;
    random = new Random(plan.seed() * 31 + number);
  }

  @Override
  public void run() {
    try {
      while (!isOver()) {
        budget.pass();
        kind.attack().attack(this);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  boolean isOver() {
    return Thread.currentThread().isInterrupted() || System.nanoTime() - deadline >= 0;
  }

  CpuBudget budget() {
    return budget;
  }

  AttackCount count() {
    return count;
  }

  AttackPlan plan() {
    return plan;
  }

  Random random() {
    return random;
  }

  /** The number of this client. */
  int number() {
    return number;
  }

  /** The account of the hostile side that this client uses. */
  AttackPlan.Member member() {
    return plan.members().get(number % plan.members().size());
  }

  /** Another account of the hostile side. */
  AttackPlan.Member anyMember() {
    return plan.members().get(random.nextInt(plan.members().size()));
  }

  /** Connects; null, after a pause, if that fails. */
  @Nullable HostileConnection open(Duration lifetime) throws InterruptedException {
    return open(lifetime, 0);
  }

  /**
   * Connects; if the server has TLS, every other connection uses it.
   *
   * @param receiveBuffer as for {@link Door#connect}
   */
  @Nullable HostileConnection open(Duration lifetime, int receiveBuffer)
      throws InterruptedException {
    return open(door(), lifetime, receiveBuffer, true);
  }

  /** Connects without a TLS handshake. */
  @Nullable HostileConnection openBare(Duration lifetime) throws InterruptedException {
    return open(door(), lifetime, 0, false);
  }

  private Door door() {
    return plan.doors().get(random.nextInt(plan.doors().size()));
  }

  private @Nullable HostileConnection open(
      Door door, Duration lifetime, int receiveBuffer, boolean secured)
      throws InterruptedException {
    budget.pass();
    places.acquire();
    try {
      var raw = door.connect(kind.source(random), receiveBuffer);
      var connection =
          new HostileConnection(this, raw, secured ? door.secured(raw) : raw, lifetime);
      count.connected();
      return connection;
    } catch (IOException | RejectedExecutionException _) {
      places.release();
      count.failed();
      pause(AFTER_FAILURE);
      return null;
    }
  }

  /** Releases the place of a connection. */
  void left() {
    places.release();
  }

  Future<?> closeLater(Runnable close, Duration lifetime) {
    return timer.schedule(close, lifetime.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Waits, at most until the end of the siege. */
  void pause(Duration time) throws InterruptedException {
    long left = Math.min(time.toNanos(), deadline - System.nanoTime());
    if (left > 0) {
      TimeUnit.NANOSECONDS.sleep(left);
    }
  }

  /** The work on each of several parallel connections. */
  @FunctionalInterface
  interface Use {
    void use(HostileConnection connection) throws InterruptedException;
  }

  /** Uses a number of connections in parallel, each once, and waits until all have ended. */
  void together(int connections, Duration lifetime, int receiveBuffer, Use use)
      throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      threads.add(Thread.ofVirtual().start(() -> useOne(lifetime, receiveBuffer, use)));
    }
    try {
      for (var thread : threads) {
        thread.join();
      }
    } finally {
      threads.forEach(Thread::interrupt);
    }
  }

  private void useOne(Duration lifetime, int receiveBuffer, Use use) {
    try (var connection = open(lifetime, receiveBuffer)) {
      if (connection != null) {
        use.use(connection);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
