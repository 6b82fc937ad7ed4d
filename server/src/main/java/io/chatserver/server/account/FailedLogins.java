package io.chatserver.server.account;

import java.time.Duration;

/**
 * The logins to one account from one origin that failed. Some are free; then there is an interval
 * between two, which doubles. After a quiet time as long as the longest interval one is forgotten.
 *
 * @param count how many failed or are under way
 * @param underWay how many of these are under way
 * @param nextNanos when the next is admitted if none is free, by {@link System#nanoTime}
 */
record FailedLogins(int count, int underWay, long nextNanos) {
  /**
   * What the intervals are.
   *
   * @param free how many may fail at once
   * @param first the first interval
   * @param longest where the doubling ends
   */
  record Rule(int free, Duration first, Duration longest) {
    /** The time from an attempt to the next, if it is the {@code count}th that fails. */
    long nanosAfter(int count) {
      if (count < free) {
        return 0;
      }
      long nanos = first.toNanos();
      for (int i = free; i < count && nanos < longest.toNanos(); i++) {
        nanos *= 2;
      }
      return Math.min(nanos, longest.toNanos());
    }

    /** More are not counted: so it takes a known time until all are forgotten. */
    int mostCounted() {
      int count = free;
      while (nanosAfter(count) < longest.toNanos()) {
        count++;
      }
      return count;
    }

    /** After this time of quiet all are forgotten. */
    Duration memory() {
      return longest.multipliedBy(mostCounted() + 1L);
    }
  }

  static FailedLogins none(long now) {
    return new FailedLogins(0, 0, now);
  }

  boolean isNone() {
    return count == 0;
  }

  /** In how many nanoseconds another attempt is admitted; 0 or less for now. */
  long nanosToWait(long now, Rule rule) {
    return count < rule.free() ? 0 : nextNanos - now;
  }

  /** The same when time has passed. */
  FailedLogins at(long now, Rule rule) {
    long quiet = Math.max(0, now - nextNanos) / rule.longest().toNanos();
    int forgotten = (int) Math.min(quiet, count - underWay);
    return new FailedLogins(
        count - forgotten, underWay, nextNanos + forgotten * rule.longest().toNanos());
  }

  /** Another attempt is admitted. It counts as failed until it has succeeded. */
  FailedLogins begun(long now, Rule rule) {
    int more = Math.max(underWay + 1, Math.min(count + 1, rule.mostCounted()));
    return new FailedLogins(more, underWay + 1, now + rule.nanosAfter(more));
  }

  /** An attempt failed. */
  FailedLogins failed() {
    return new FailedLogins(count, Math.max(0, underWay - 1), nextNanos);
  }

  /** An attempt came to nothing: the password was not checked. */
  FailedLogins withdrawn(long now) {
    long next = nextNanos - now > 0 ? now : nextNanos;
    return new FailedLogins(Math.max(0, count - 1), Math.max(0, underWay - 1), next);
  }

  /** An attempt succeeded: those that failed are forgotten. */
  FailedLogins succeeded(long now) {
    int others = Math.max(0, underWay - 1);
    return new FailedLogins(others, others, now);
  }
}
