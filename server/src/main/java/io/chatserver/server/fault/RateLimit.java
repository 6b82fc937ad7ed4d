package io.chatserver.server.fault;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.local.SynchronizationStrategy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A token bucket: full at first, it gives tokens until it is empty, and is refilled steadily. Its
 * time is {@link System#nanoTime}, which no change of the clock moves.
 *
 * <p>Threads: any if {@link #shared}, else one.
 */
public final class RateLimit {
  private static final RateLimit UNLIMITED = new RateLimit(null, Long.MAX_VALUE);

  private final @Nullable Bucket bucket;
  private final long burst;

  private RateLimit(@Nullable Bucket bucket, long burst) {
    this.bucket = bucket;
    this.burst = burst;
  }

  private static RateLimit of(
      long burst, long amount, Duration period, SynchronizationStrategy synchronization) {
    if (burst == 0) {
      return UNLIMITED;
    }
    var bucket =
        Bucket.builder()
            .addLimit(Bandwidth.builder().capacity(burst).refillGreedy(amount, period).build())
            .withNanosecondPrecision()
            .withSynchronizationStrategy(synchronization)
            .build();
    return new RateLimit(bucket, burst);
  }

  /**
   * Creates one for many threads.
   *
   * @param burst tokens of the full bucket; 0 for no limit
   * @param amount tokens that come back in a period
   */
  public static RateLimit shared(long burst, long amount, Duration period) {
    return of(burst, amount, period, SynchronizationStrategy.LOCK_FREE);
  }

  /** The same for one thread. */
  public static RateLimit confined(long burst, long amount, Duration period) {
    return of(burst, amount, period, SynchronizationStrategy.NONE);
  }

  /**
   * Takes tokens if all are there; more than the bucket can hold count as a full one.
   *
   * @return 0 if they were taken, else after how many nanoseconds they will be there
   */
  public long take(long tokens) {
    long taken = Math.min(tokens, burst);
    if (bucket == null || bucket.tryConsume(taken)) {
      return 0;
    }
    // At least 1: they may have come meanwhile.
    return Math.max(1, bucket.estimateAbilityToConsume(taken).getNanosToWaitForRefill());
  }

  /**
   * Takes tokens whether or not they are there.
   *
   * @return 0 if they were, else after how many nanoseconds what was taken too much will be there
   */
  public long overdraw(long tokens) {
    return bucket == null ? 0 : bucket.consumeIgnoringRateLimits(tokens);
  }

  /** Puts tokens back. */
  public void giveBack(long tokens) {
    if (bucket != null) {
      bucket.addTokens(tokens);
    }
  }
}
