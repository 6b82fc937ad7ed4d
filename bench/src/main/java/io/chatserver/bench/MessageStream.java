package io.chatserver.bench;

import java.util.HashSet;
import java.util.Set;

/**
 * The messages of one user to another: numbers and times them, and checks that each arrives once,
 * in order, and with the {@code seq} that the sender was told.
 *
 * <p>Threads: the event loop of both users.
 */
final class MessageStream {
  /** What {@link #delivered} gives for a message that does not count. */
  static final long NOT_COUNTED = -1;

  /** A power of two; what is in flight, or delivered and not answered yet, stays far below it. */
  static final int SLOTS = 1024;

  private final String name;
  private final Violations violations;
  private final long[] sentAt = new long[SLOTS];

  /** The {@code seq} of a message that was either delivered or acknowledged, until it is both. */
  private final long[] seqs = new long[SLOTS];

  /** Numbers below the highest that have not arrived. */
  private final Set<Long> skipped = new HashSet<>();

  private long sent;
  private long answered;
  private long delivered;
  private long highest;
  private long highestSeq;
  private long refused;
  private long abandoned;
  private long lastAbandoned;
  private long late;

  MessageStream(String name, Violations violations) {
    this.name = name;
    this.violations = violations;
  }

  /** Counts a message that is sent now, and gives its number. */
  long next(long nanoTime) {
    sent++;
    int slot = slot(sent);
    if (seqs[slot] != 0) {
      violate(sent - SLOTS, "was delivered or acknowledged, but not both");
      seqs[slot] = 0;
    }
    sentAt[slot] = nanoTime;
    return sent;
  }

  /**
   * Checks a message that has arrived.
   *
   * @param seq 0 where the wire has none
   * @return the nanoseconds that it took, or {@link #NOT_COUNTED}
   */
  long delivered(long number, long seq, long nanoTime) {
    if (number > sent) {
      violate(number, "was never sent");
      return NOT_COUNTED;
    }
    if (number > highest) {
      for (long i = highest + 1; i < number; i++) {
        skipped.add(i);
      }
      highest = number;
    } else if (!skipped.remove(number)) {
      violate(number, "was delivered twice");
      return NOT_COUNTED;
    } else if (!isAbandoned(number)) {
      violate(number, "was delivered after " + highest);
    }
    if (isAbandoned(number)) {
      late++;
      return NOT_COUNTED;
    }
    delivered++;
    checkSeq(number, seq);
    return nanoTime - sentAt[slot(number)];
  }

  private void checkSeq(long number, long seq) {
    if (seq == 0) {
      return;
    }
    if (seq <= highestSeq && number == highest) {
      violate(number, "has seq " + seq + " after " + highestSeq);
    }
    highestSeq = Math.max(highestSeq, seq);
    matchSeq(number, seq);
  }

  /** Notes that the server has acknowledged a message under this {@code seq}. */
  void acknowledged(long number, long seq) {
    answered++;
    matchSeq(number, seq);
  }

  private void matchSeq(long number, long seq) {
    int slot = slot(number);
    if (seqs[slot] == 0) {
      seqs[slot] = seq;
      return;
    }
    if (seqs[slot] != seq) {
      violate(number, "has seq " + seqs[slot] + " for one side and " + seq + " for the other");
    }
    seqs[slot] = 0;
  }

  /** Notes that the server has not taken a message. */
  void refused() {
    answered++;
    refused++;
  }

  /** Waits no longer for what is in flight. */
  void abandon() {
    abandoned += inFlight();
    lastAbandoned = sent;
  }

  /** Messages that were neither delivered nor refused nor abandoned. */
  long inFlight() {
    return sent - delivered - refused - abandoned;
  }

  /** Messages that the server has neither acknowledged nor refused. */
  long unanswered() {
    return sent - answered;
  }

  boolean isAbandoned(long number) {
    return number <= lastAbandoned;
  }

  /** The time that {@link #next} was told; call it only for what is in flight. */
  long sentAt(long number) {
    return sentAt[slot(number)];
  }

  /** Messages that the server has not refused. */
  long taken() {
    return sent - refused;
  }

  /** Messages that were abandoned and have not come since. */
  long lost() {
    return abandoned - late;
  }

  long refusals() {
    return refused;
  }

  private void violate(long number, String what) {
    violations.add(name + ": message " + number + " " + what);
  }

  /** The place of a number among the {@link #SLOTS}. */
  static int slot(long number) {
    return (int) (number & SLOTS - 1);
  }
}
