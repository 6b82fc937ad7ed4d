package io.chatserver.client.net;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The waits between attempts to reconnect: each up to twice the one before, and somewhere in the
 * upper half of that, so that clients which were lost together do not come back together.
 *
 * <p>Threads: the connection's event loop.
 */
final class Backoff {
  private final Duration first;
  private final Duration last;
  private final RandomGenerator random;
  private Duration ceiling;

  Backoff(Duration first, Duration last, RandomGenerator random) {
    this.first = first;
    this.last = last;
    this.random = random;
    ceiling = first;
  }

  Duration next() {
    var doubled = ceiling.multipliedBy(2);
    ceiling = doubled.compareTo(last) < 0 ? doubled : last;
    long most = ceiling.toNanos();
    long least = Math.max(first.toNanos(), most / 2);
    return Duration.ofNanos(random.nextLong(least, most + 1));
  }

  void reset() {
    ceiling = first;
  }
}
