package io.chatserver.server.account;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts logins and registrations that failed or were throttled, and passwords hashed.
 *
 * <p>Threads: any.
 */
public final class LoginMeter {
  /** The limits that throttle logins and registrations. */
  public enum Limit {
    /** Wrong passwords of a login to one account from one origin. */
    FAILED_LOGINS,
    /** Registrations from one origin. */
    REGISTRATIONS,
    /** Places in the queue for hashes. */
    HASH_LINE
  }

  private final LongAdder failed = new LongAdder();
  private final LongAdder skipped = new LongAdder();
  private final LongAdder hashes = new LongAdder();
  private final LongAdder nanos = new LongAdder();
  private final LongAdder closed = new LongAdder();
  private final Map<Limit, LongAdder> throttled = new EnumMap<>(Limit.class);
  private final Map<HashKind, AtomicInteger> waiting = new EnumMap<>(HashKind.class);

  public LoginMeter() {
    for (var limit : Limit.values()) {
      throttled.put(limit, new LongAdder());
    }
    for (var kind : HashKind.values()) {
      waiting.put(kind, new AtomicInteger());
    }
  }

  void loginFailed() {
    failed.increment();
  }

  void throttled(Limit limit) {
    of(limit).increment();
  }

  void hashed(long hashNanos) {
    hashes.increment();
    nanos.add(hashNanos);
  }

  void skipped() {
    skipped.increment();
  }

  void waits(HashKind kind, int count) {
    of(kind).set(count);
  }

  /** A legacy connection was closed because its login or registration was delayed too long. */
  public void closedByThrottle() {
    closed.increment();
  }

  /** The number of logins with a wrong password or to a missing account. */
  public long failedLogins() {
    return failed.sum();
  }

  /** How many logins and registrations a limit refused or delayed. */
  public long throttledBy(Limit limit) {
    return of(limit).sum();
  }

  /** How many legacy connections were closed after their longest delay. */
  public long connectionsClosed() {
    return closed.sum();
  }

  /** How many passwords were hashed. */
  public long hashes() {
    return hashes.sum();
  }

  /** The total time of these hashes. */
  public Duration hashTime() {
    return Duration.ofNanos(nanos.sum());
  }

  /** The average time of a hash; a millisecond before the first. */
  long meanHashNanos() {
    long count = hashes.sum();
    return count == 0 ? 1_000_000 : nanos.sum() / count;
  }

  /** The number of hashes skipped because their connection was closed first. */
  public long skippedHashes() {
    return skipped.sum();
  }

  /** How many hashes of a kind wait. */
  public int waiting(HashKind kind) {
    return of(kind).get();
  }

  private LongAdder of(Limit limit) {
    return Objects.requireNonNull(throttled.get(limit));
  }

  private AtomicInteger of(HashKind kind) {
    return Objects.requireNonNull(waiting.get(kind));
  }
}
