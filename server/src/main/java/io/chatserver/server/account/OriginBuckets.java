package io.chatserver.server.account;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.chatserver.server.config.AddressBlock;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A token bucket per origin. An unknown origin has a full one.
 *
 * <p>Threads: any.
 */
final class OriginBuckets {
  /** Each entry costs its origin a hash, so a stranger needs at least an hour to fill this. */
  private static final int MAX_ORIGINS = 50_000;

  private final int capacity;
  private final Duration interval;
  private final TimeMeter time;
  private final Cache<AddressBlock, Bucket> buckets;

  /**
   * Creates the buckets.
   *
   * @param interval the time after which a bucket gets another token
   * @param nanoTime as {@link System#nanoTime}
   */
  OriginBuckets(int capacity, Duration interval, LongSupplier nanoTime) {
    this.capacity = capacity;
    this.interval = interval;
    this.time = new NanoTime(nanoTime);
    // After this time without use a bucket is full again, even after a debt of its capacity.
    this.buckets =
        Caffeine.newBuilder()
            .maximumSize(MAX_ORIGINS)
            .expireAfterAccess(interval.multipliedBy(2L * capacity))
            .build();
  }

  /** Takes a token and returns 0, or returns the nanoseconds until there is one. */
  long take(AddressBlock origin) {
    return bucket(origin).tryConsumeAndReturnRemaining(1).getNanosToWaitForRefill();
  }

  /** Gives a token back. */
  void giveBack(AddressBlock origin) {
    bucket(origin).addTokens(1);
  }

  /** Takes a token, on credit if there is none. */
  void charge(AddressBlock origin) {
    var _ = bucket(origin).consumeIgnoringRateLimits(1);
  }

  /** The nanoseconds until this number of tokens has become available; 0 for now. */
  long nanosUntil(AddressBlock origin, int tokens) {
    var bucket = buckets.getIfPresent(origin);
    if (bucket == null || tokens <= 0) {
      return 0;
    }
    long lacking = tokens - Math.max(1, bucket.getAvailableTokens());
    long first = bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill();
    return first + Math.max(0, lacking) * interval.toNanos();
  }

  private Bucket bucket(AddressBlock origin) {
    return buckets.get(
        origin,
        _ ->
            Bucket.builder()
                .addLimit(limit -> limit.capacity(capacity).refillGreedy(1, interval))
                .withCustomTimePrecision(time)
                .build());
  }

  /** The clock of the buckets. */
  private record NanoTime(LongSupplier clock) implements TimeMeter {
    @Override
    public long currentTimeNanos() {
      return clock.getAsLong();
    }

    @Override
    public boolean isWallClockBased() {
      return false;
    }
  }
}
