package io.chatserver.server.fault;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.local.SynchronizationStrategy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A token bucket. It is full at first and refills steadily. It uses {@link System#nanoTime}, so
 * changes of the clock have no effect.
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
   * Creates a bucket for many threads.
   *
   * @param burst tokens of the full bucket; 0 for no limit
   * @param amount tokens that are refilled in a period
   */
  public static RateLimit shared(long burst, long amount, Duration period) {
    return of(burst, amount, period, SynchronizationStrategy.LOCK_FREE);
  }

  /** Creates a bucket for one thread. */
  public static RateLimit confined(long burst, long amount, Duration period) {
    return of(burst, amount, period, SynchronizationStrategy.NONE);
  }

  /**
   * Takes tokens if all are available; more than the capacity count as the capacity. No tokens are
   * always available, here and below.
   *
   * @return 0 if they were taken, else the nanoseconds until they are available
   */
  public long take(long tokens) {
    long taken = Math.min(tokens, burst);
    if (bucket == null || taken <= 0 || bucket.tryConsume(taken)) {
      return 0;
    }
    // At least 1, because they may have been refilled meanwhile.
    return Math.max(1, bucket.estimateAbilityToConsume(taken).getNanosToWaitForRefill());
  }

  /**
   * Takes tokens, on credit if necessary.
   *
   * @return 0 if they were available, else the nanoseconds until the debt is refilled
   */
  public long overdraw(long tokens) {
    return bucket == null || tokens <= 0 ? 0 : bucket.consumeIgnoringRateLimits(tokens);
  }

  /** Puts tokens back. */
  public void giveBack(long tokens) {
    if (bucket != null && tokens > 0) {
      bucket.addTokens(tokens);
    }
  }
}
