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
  /** Which limit throttled a login or a registration. */
  public enum Limit {
    /** Wrong passwords of a login to one account from one origin. */
    FAILED_LOGINS,
    /** Registrations from one origin. */
    REGISTRATIONS,
    /** Places in the line of hashes. */
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

  /** A legacy connection was closed because its login or registration was throttled for long. */
  public void closedByThrottle() {
    closed.increment();
  }

  /** How many logins had a wrong password, or named no account. */
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

  /** How long that took, all together. */
  public Duration hashTime() {
    return Duration.ofNanos(nanos.sum());
  }

  /** How long a hash takes on average, of all so far; a millisecond before the first. */
  long meanHashNanos() {
    long count = hashes.sum();
    return count == 0 ? 1_000_000 : nanos.sum() / count;
  }

  /** How many hashes were not computed because their connection was closed before. */
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
