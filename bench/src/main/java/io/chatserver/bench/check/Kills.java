package io.chatserver.bench.check;

import java.time.Duration;
import java.util.Random;

/**
 * A server that is killed and started again at random moments.
 *
 * @param strike kills it and starts it again
 */
public record Kills(Runnable strike, int count, long seed) implements Trouble {
  @Override
  public void make(Duration length, FaultLog faults) throws InterruptedException {
    long begin = System.nanoTime();
    long nanos = length.toNanos();
    var moments = new Random(seed).longs(count, nanos / 20, nanos * 19 / 20).sorted().toArray();
    for (long moment : moments) {
      Thread.sleep(left(begin, moment));
      faults.strike("kill", strike::run);
    }
    Thread.sleep(left(begin, nanos));
  }

  private static Duration left(long begin, long moment) {
    return Duration.ofNanos(Math.max(0, begin + moment - System.nanoTime()));
  }
}
