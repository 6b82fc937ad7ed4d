package io.chatserver.bench.lab;

import io.chatserver.bench.check.FaultLog;
import io.chatserver.bench.check.Trouble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * One fault after the other, each kind once in each round, in an order that follows from the seed;
 * the first round is gone through to its end, however short the time.
 */
final class Series implements Trouble {
  private static final Duration LONGEST_WARM_UP = Duration.ofSeconds(30);

  private final Striker striker;
  private final List<FaultKind> kinds;
  private final Duration recovery;
  private final Random random;

  /** Does something of a kind. */
  @FunctionalInterface
  interface Striker {
    void strike(FaultKind kind) throws InterruptedException;
  }

  Series(Striker striker, List<FaultKind> kinds, Duration recovery, Random random) {
    this.striker = striker;
    this.kinds = List.copyOf(kinds);
    this.recovery = recovery;
    this.random = random;
  }

  @Override
  public void make(Duration length, FaultLog log) throws InterruptedException {
    long begin = System.nanoTime();
    // By then programs that have just been started are about as fast as they will be.
    Thread.sleep(Collections.min(List.of(length.dividedBy(4), LONGEST_WARM_UP)));
    boolean firstRound = true;
    while (firstRound || isTime(begin, length)) {
      for (var kind : round()) {
        if (firstRound || isTime(begin, length)) {
          log.strike(kind.toString(), () -> striker.strike(kind));
          recover();
        }
      }
      firstRound = false;
    }
  }

  private static boolean isTime(long begin, Duration length) {
    return System.nanoTime() - begin < length.toNanos();
  }

  private List<FaultKind> round() {
    var round = new ArrayList<>(kinds);
    Collections.shuffle(round, random);
    return round;
  }

  private void recover() throws InterruptedException {
    Thread.sleep(recovery.plusMillis(random.nextLong(recovery.toMillis() + 1)));
  }
}
