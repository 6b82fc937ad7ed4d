package io.chatserver.server.chat;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.chatserver.protocol.UserId;
import io.chatserver.server.config.Throttle;
import io.chatserver.server.fault.CountedLog;
import io.chatserver.server.fault.RateLimit;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How fast users of this node may ask, by {@link RateClass}: all sessions of a user share what they
 * may.
 *
 * <p>What a user has used is kept with the user's sessions, and for a while after the last has
 * ended: logging in again does not fill the buckets.
 *
 * <p>Threads: any.
 */
public final class Rates {
  private static final Logger log = LoggerFactory.getLogger(Rates.class);

  /** Most buckets are full again by then; a default of messages takes 9 seconds. */
  private static final Duration KEPT = Duration.ofMinutes(1);

  private static final int MOST_KEPT = 20_000;

  private final Throttle throttle;
  private final CountedLog throttledLog = new CountedLog(log::info);
  private final CountedLog errorsLog = new CountedLog(log::info);
  private final Map<RateClass, LongAdder> refused = counters();
  private final Map<RateClass, LongAdder> paused = counters();

  /** Those of users with sessions, and of those below. */
  private final Cache<UserId, UserRates> ratesByUser = Caffeine.newBuilder().weakValues().build();

  private final Cache<UserId, UserRates> recent =
      Caffeine.newBuilder().expireAfterWrite(KEPT).maximumSize(MOST_KEPT).build();

  public Rates(Throttle throttle) {
    this.throttle = throttle;
  }

  private static Map<RateClass, LongAdder> counters() {
    return Stream.of(RateClass.values())
        .collect(Collectors.toMap(Function.identity(), _ -> new LongAdder()));
  }

  /** The rates of a user whose session begins on a connection; null if it is exempt. */
  @Nullable UserRates begin(UserId user, InetAddress address) {
    return throttle.exempt().contain(address)
        ? null
        : ratesByUser.get(user, it -> new UserRates(it, this));
  }

  /** A session of this user has ended. */
  void end(UserRates rates) {
    recent.put(rates.user(), rates);
  }

  /** A bucket of one user. */
  RateLimit limit(RateClass rateClass) {
    var rate = rateClass.in(throttle);
    return RateLimit.shared(rate.burst(), rate.amount(), rate.period());
  }

  /** The errors that a connection may make. */
  RateLimit errors() {
    var rate = throttle.errors();
    return RateLimit.confined(rate.burst(), rate.amount(), rate.period());
  }

  /** A connection is closed because of its errors. */
  void tooManyErrors(Object caller) {
    errorsLog.add(() -> caller + " makes more errors than throttle.errors: closed");
  }

  void countRefused(UserId user, RateClass rateClass) {
    adder(refused, rateClass).increment();
    throttledLog.add(() -> user + " asks faster than throttle." + rateClass.text() + ": refused");
  }

  void countPaused(UserId user, RateClass rateClass) {
    adder(paused, rateClass).increment();
    throttledLog.add(() -> user + " asks faster than throttle." + rateClass.text() + ": paused");
  }

  /** How many requests were refused. */
  public long refused(RateClass rateClass) {
    return adder(refused, rateClass).sum();
  }

  /** How often a connection was not read for a while. */
  public long paused(RateClass rateClass) {
    return adder(paused, rateClass).sum();
  }

  private static LongAdder adder(Map<RateClass, LongAdder> adders, RateClass rateClass) {
    return Objects.requireNonNull(adders.get(rateClass));
  }
}
