package io.chatserver.server.account;

import java.time.Duration;

/**
 * The failed logins to one account from one origin. Some are free; after that there is an interval
 * between two attempts, which doubles. After a quiet time as long as the longest interval, one is
 * forgotten.
 *
 * @param count how many failed or are in progress
 * @param underWay how many of these are in progress
 * @param nextNanos when the next attempt is admitted if none is free, by {@link System#nanoTime}
 */
record FailedLogins(int count, int underWay, long nextNanos) {
  /**
   * The settings of the intervals.
   *
   * @param free how many may fail at once
   * @param first the first interval
   * @param longest the longest interval
   */
  record Rule(int free, Duration first, Duration longest) {
    /** The time from the {@code count}th failed attempt to the next attempt. */
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

    /** The highest count, so that all are forgotten after a known time. */
    int mostCounted() {
      int count = free;
      while (nanosAfter(count) < longest.toNanos()) {
        count++;
      }
      return count;
    }

    /** The quiet time after which all are forgotten. */
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

  /** The nanoseconds until another attempt is admitted; 0 or less for now. */
  long nanosToWait(long now, Rule rule) {
    return count < rule.free() ? 0 : nextNanos - now;
  }

  /** Returns the state at a later time. */
  FailedLogins at(long now, Rule rule) {
    long quiet = Math.max(0, now - nextNanos) / rule.longest().toNanos();
    int forgotten = (int) Math.min(quiet, count - underWay);
    return new FailedLogins(
        count - forgotten, underWay, nextNanos + forgotten * rule.longest().toNanos());
  }

  /** Another attempt was admitted. It counts as failed until it succeeds. */
  FailedLogins begun(long now, Rule rule) {
    int more = Math.max(underWay + 1, Math.min(count + 1, rule.mostCounted()));
    return new FailedLogins(more, underWay + 1, now + rule.nanosAfter(more));
  }

  /** An attempt failed. */
  FailedLogins failed() {
    return new FailedLogins(count, Math.max(0, underWay - 1), nextNanos);
  }

  /** An attempt ended before the password was checked. */
  FailedLogins withdrawn(long now) {
    long next = nextNanos - now > 0 ? now : nextNanos;
    return new FailedLogins(Math.max(0, count - 1), Math.max(0, underWay - 1), next);
  }

  /** An attempt succeeded: the failed ones are forgotten. */
  FailedLogins succeeded(long now) {
    int others = Math.max(0, underWay - 1);
    return new FailedLogins(others, others, now);
  }
}
