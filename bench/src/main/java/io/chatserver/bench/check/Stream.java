package io.chatserver.bench.check;

import java.util.SortedSet;
import java.util.TreeSet;

/**
 * One conversation in one session: where it goes on, by the protocol's cursor rule.
 *
 * <p>An acknowledgement of an own message is its delivery where it is the next one. A session that
 * began without a cursor shows by its first message where it went on.
 */
final class Stream {
  static final long UNKNOWN = -1;

  /** What is missing is listed so far; after that a hole is a hole. */
  private static final int MOST_MISSING = 10_000;

  private long cursor;
  private final TreeSet<Long> missing = new TreeSet<>();

  /** Own messages that were acknowledged while it was not known where the session stands. */
  private final TreeSet<Long> acknowledged = new TreeSet<>();

  private int lastEvent;

  /**
   * Begins one.
   *
   * @param cursor what the device said it has, or {@link #UNKNOWN}
   */
  Stream(long cursor) {
    this.cursor = cursor;
  }

  /** What a message is to it. */
  enum Step {
    /** The first one; see {@link #lowestBase}. */
    FIRST,
    GOOD,
    REPEATED,
    LATE
  }

  /** An own message was acknowledged; whether that is its delivery. */
  boolean stored(long seq) {
    if (cursor == UNKNOWN) {
      acknowledged.add(seq);
      return false;
    }
    if (seq == cursor + 1) {
      cursor = seq;
      return true;
    }
    return false;
  }

  /** A message came. */
  Step push(long seq, int event) {
    if (cursor == UNKNOWN) {
      cursor = seq;
      lastEvent = event;
      return Step.FIRST;
    }
    if (seq <= cursor) {
      return missing.remove(seq) ? Step.LATE : Step.REPEATED;
    }
    for (long each = cursor + 1; each < seq && missing.size() < MOST_MISSING; each++) {
      missing.add(each);
      lastEvent = event;
    }
    cursor = seq;
    return Step.GOOD;
  }

  /** The lowest message behind which it may have begun: own ones before the first may be known. */
  long lowestBase(long first) {
    long base = first - 1;
    while (acknowledged.contains(base)) {
      base--;
    }
    return base;
  }

  /** What did not come, though later messages did. */
  SortedSet<Long> missing() {
    return missing;
  }

  /** The event at which the last hole showed. */
  int lastEvent() {
    return lastEvent;
  }
}
