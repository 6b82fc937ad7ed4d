package io.chatserver.server.chat;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.chatserver.protocol.UserId;
import io.chatserver.server.config.Throttle;
import io.chatserver.server.fault.CountedLog;
import io.chatserver.server.fault.RateLimit;
import io.chatserver.server.fault.Rejected;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Comparator;
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
 * The request rates of the users of this node, by {@link RateClass}. All sessions of a user share
 * them.
 *
 * <p>A user's buckets are kept while there are sessions, and for a while after the last one has
 * ended. So a new login does not refill them.
 *
 * <p>Threads: any.
 */
public final class Rates {
  private static final Logger log = LoggerFactory.getLogger(Rates.class);

  /** How long buckets are kept at least and at most, where they refill later. */
  private static final Duration LEAST_KEPT = Duration.ofMinutes(1);

  private static final Duration MOST_KEPT = Duration.ofHours(6);

  private static final int MAX_RECENT = 20_000;

  private final Throttle throttle;
  private final CountedLog throttledLog = new CountedLog(log::info);
  private final CountedLog errorsLog = new CountedLog(log::info);
  private final Map<RateClass, LongAdder> refused = counters();
  private final Map<RateClass, LongAdder> paused = counters();

  /** The rates of users with sessions and of those in {@code recent}. */
  private final Cache<UserId, UserRates> ratesByUser = Caffeine.newBuilder().weakValues().build();

  private final Cache<UserId, UserRates> recent;

  public Rates(Throttle throttle) {
    this.throttle = throttle;
    recent = Caffeine.newBuilder().expireAfterWrite(kept(throttle)).maximumSize(MAX_RECENT).build();
  }

  /** How long the slowest bucket takes to refill, within the limits above. */
  private static Duration kept(Throttle throttle) {
    var slowest =
        Stream.of(RateClass.values())
            .map(rateClass -> rateClass.in(throttle).refill())
            .max(Comparator.naturalOrder())
            .orElse(LEAST_KEPT);
    if (slowest.compareTo(LEAST_KEPT) < 0) {
      return LEAST_KEPT;
    }
    return slowest.compareTo(MOST_KEPT) > 0 ? MOST_KEPT : slowest;
  }

  private static Map<RateClass, LongAdder> counters() {
    return Stream.of(RateClass.values())
        .collect(Collectors.toMap(Function.identity(), _ -> new LongAdder()));
  }

  /** Returns the rates of a user for a new session; null if the address is exempt. */
  @Nullable UserRates begin(UserId user, InetAddress address) {
    return throttle.exempt().contain(address)
        ? null
        : ratesByUser.get(user, it -> new UserRates(it, this));
  }

  /**
   * Takes what a login costs, by password or by token. Any thread.
   *
   * @throws Rejected with {@link io.chatserver.protocol.ErrorCode#BUSY} if the user logs in too
   *     often
   */
  void admitLogin(UserId user, InetAddress address) {
    var rates = begin(user, address);
    if (rates != null) {
      end(rates);
      rates.admitLogin();
    }
  }

  /** A session of this user has ended. */
  void end(UserRates rates) {
    recent.put(rates.user(), rates);
  }

  /** Creates a bucket of one user. */
  RateLimit limit(RateClass rateClass) {
    var rate = rateClass.in(throttle);
    return RateLimit.shared(rate.burst(), rate.amount(), rate.period());
  }

  /** Creates the error bucket of a connection. */
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

  /** The number of refused requests. */
  public long refused(RateClass rateClass) {
    return adder(refused, rateClass).sum();
  }

  /** The number of pauses of connections. */
  public long paused(RateClass rateClass) {
    return adder(paused, rateClass).sum();
  }

  private static LongAdder adder(Map<RateClass, LongAdder> adders, RateClass rateClass) {
    return Objects.requireNonNull(adders.get(rateClass));
  }
}
