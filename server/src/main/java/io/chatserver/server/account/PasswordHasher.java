package io.chatserver.server.account;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.password4j.Argon2Function;
import com.password4j.Password;
import com.password4j.types.Argon2;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.server.config.ServerConfig;
import io.chatserver.server.fault.Rejected;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;

/**
 * Hashes and checks passwords with Argon2id, a few at a time: each costs tens of milliseconds of
 * CPU and many megabytes, on purpose. {@link HashLine} determines the order.
 *
 * <p>The default cost is the minimum of OWASP's Password Storage Cheat Sheet: 19 MiB, 2 passes.
 *
 * <p>Threads: any that may block.
 */
public final class PasswordHasher implements AutoCloseable {
  private static final int PARALLELISM = 1;
  private static final int HASH_BYTES = 32;
  private static final int SALT_BYTES = 16;

  /**
   * The nice value of the hash threads: messages come before logins. On two processors under siege
   * the 99th percentile of deliveries was 526 ms without it, 162 with 5 and 102 with 10; the
   * longest login fell, too.
   */
  private static final int NICE = 10;

  /** Longer than a full queue takes. */
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);

  private final Argon2Function function;
  private final LoginMeter meter;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock") private final HashLine line;

  @GuardedBy("lock") private boolean closed;

  /**
   * The threads that take hashes from the queue, under the lock, and pass them to {@code computing}
   * one by one. They have normal priority.
   */
  private final List<Thread> queueThreads;

  /** The low-priority threads that compute hashes. They never take the lock. */
  private final ExecutorService computing;

  /**
   * A hash of no user's password, so that a login to a missing account takes as long as one to an
   * account.
   */
  private final Future<String> decoy;

  /** Creates a hasher without limits by address, for passwords that do not come from clients. */
  public PasswordHasher(ServerConfig.Accounts config) {
    this(config, new HashLine(config, config.hashQueue(), (_, _) -> 0), new LoginMeter());
  }

  /** Creates a hasher and starts its threads. */
  public PasswordHasher(ServerConfig.Accounts config, HashLine line, LoginMeter meter) {
    this.function =
        Argon2Function.getInstance(
            config.hashMemoryKib(), config.hashIterations(), PARALLELISM, HASH_BYTES, Argon2.ID);
    this.line = line;
    this.meter = meter;
    this.computing = Executors.newFixedThreadPool(config.hashThreads(), givingWay());
    var first = new FutureTask<>(() -> compute(() -> hashNow("decoy")));
    this.decoy = first;
    this.queueThreads =
        IntStream.range(0, config.hashThreads())
            .mapToObj(
                i -> Thread.ofPlatform().name("password-queue-" + i).start(() -> serve(first)))
            .toList();
  }

  private static ThreadFactory givingWay() {
    var threads = Thread.ofPlatform().name("password-hash-", 0).factory();
    return work ->
        threads.newThread(() -> {
          Nice.giveWay(NICE);
          work.run();
        });
  }

  private <T> T compute(Callable<T> work) throws Exception {
    try {
      return computing.submit(work).get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  /** A place without limits by address. */
  static HashPlace ownPlace() {
    var applicant = new Applicant(InetAddress.getLoopbackAddress());
    return new HashPlace(HashKind.LOGIN, applicant, applicant);
  }

  /** Hashes a password that does not come from a client. */
  String hash(String password) {
    return hash(ownPlace(), password);
  }

  /**
   * Hashes a password with a new salt.
   *
   * @return the PHC form, {@code $argon2id$v=19$m=19456,t=2,p=1$…}
   * @throws Rejected with {@link ErrorCode#BUSY} if there is no place in the queue
   */
  String hash(HashPlace place, String password) {
    return run(place, () -> hashNow(password));
  }

  /** Whether a password matches a hash, for passwords that do not come from clients. */
  boolean matches(String password, String hash) {
    return matches(ownPlace(), password, hash);
  }

  /**
   * Whether a password matches a hash.
   *
   * @throws Rejected as above
   */
  boolean matches(HashPlace place, String password, String hash) {
    return run(
        place, () -> Password.check(password, hash).with(Argon2Function.getInstanceFromHash(hash)));
  }

  /** Takes as long as {@link #matches}, without a result. */
  void pretendToMatch(HashPlace place, String password) {
    matches(place, password, get(decoy));
  }

  private String hashNow(String password) {
    return Password.hash(password).addRandomSalt(SALT_BYTES).with(function).getResult();
  }

  /** Runs some work when its turn comes. */
  <T> T run(HashPlace place, Callable<T> work) {
    var task = new HashTask<T>(place, () -> compute(work));
    place.applicant().whenGone(() -> leave(place.applicant()));
    enqueue(task);
    if (place.applicant().isGone()) {
      leave(place.applicant());
    }
    return get(task);
  }

  private void enqueue(HashTask<?> task) {
    HashTask<?> displaced;
    lock.lock();
    try {
      if (closed) {
        throw new Rejected(ErrorCode.SHUTTING_DOWN);
      }
      displaced = line.add(task, System.nanoTime());
      if (displaced != null) {
        displaced.refuse(HashLine.busy(line.wholeLineNanos()));
      }
      lineChanged();
    } catch (Rejected e) {
      meter.throttled(LoginMeter.Limit.HASH_LINE);
      throw e;
    } finally {
      lock.unlock();
    }
    if (displaced != null) {
      meter.throttled(LoginMeter.Limit.HASH_LINE);
    }
  }

  /** Removes the waiting hash of a closed connection. */
  private void leave(Applicant applicant) {
    HashTask<?> task;
    lock.lock();
    try {
      task = line.leave(applicant);
      lineChanged();
    } finally {
      lock.unlock();
    }
    if (task != null) {
      skip(task);
    }
  }

  private void skip(HashTask<?> task) {
    meter.skipped();
    task.cancel(false);
  }

  @GuardedBy("lock") private void lineChanged() {
    for (var kind : HashKind.values()) {
      meter.waits(kind, line.size(kind));
    }
    changed.signal();
  }

  private void serve(FutureTask<?> first) {
    // Only the first thread computes the decoy.
    first.run();
    try {
      while (true) {
        var task = take();
        long begin = System.nanoTime();
        boolean skipped = task.place().applicant().isGone();
        if (skipped) {
          skip(task);
        } else {
          task.run();
        }
        finished(task, skipped ? 0 : System.nanoTime() - begin);
      }
    } catch (InterruptedException _) {
      // Closed.
    }
  }

  private HashTask<?> take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        var task = line.next(System.nanoTime());
        if (task != null) {
          lineChanged();
          return task;
        }
        var _ = changed.awaitNanos(line.nanosToNext());
      }
    } finally {
      lock.unlock();
    }
  }

  private void finished(HashTask<?> task, long nanos) {
    lock.lock();
    try {
      line.finished(task, nanos);
      lineChanged();
    } finally {
      lock.unlock();
    }
    if (nanos > 0) {
      meter.hashed(nanos);
    }
  }

  private <T> T get(Future<T> result) {
    try {
      return result.get(LONGEST_WAIT.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Rejected refused) {
        throw refused;
      }
      if (isClosed()) {
        throw new Rejected(ErrorCode.SHUTTING_DOWN);
      }
      throw new IllegalStateException("cannot hash", e.getCause());
    } catch (CancellationException | TimeoutException _) {
      throw new Rejected(isClosed() ? ErrorCode.SHUTTING_DOWN : ErrorCode.BUSY);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new Rejected(ErrorCode.SHUTTING_DOWN);
    }
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** Cancels all waiting hashes, and ends the threads. */
  @Override
  public void close() {
    List<HashTask<?>> waiting;
    lock.lock();
    try {
      closed = true;
      waiting = line.clear();
      lineChanged();
    } finally {
      lock.unlock();
    }
    waiting.forEach(task -> task.cancel(false));
    queueThreads.forEach(Thread::interrupt);
    var _ = computing.shutdownNow();
  }
}
