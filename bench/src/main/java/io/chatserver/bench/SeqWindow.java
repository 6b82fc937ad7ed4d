package io.chatserver.bench;

/**
 * Decides whether the numbers that are met are contiguous, each once, when they may come a little
 * out of order because several readers meet them.
 *
 * <p>Threads: one event loop.
 */
final class SeqWindow {
  /** A power of two, far above what can be in flight in a conversation. */
  private static final int CAPACITY = 4096;

  private static final int BITS = Long.SIZE;

  /** The numbers above {@link #base} that were met. */
  private final long[] met = new long[CAPACITY / BITS];

  /** This one and all below were met. */
  private long base;

  private long highest;

  SeqWindow(long first) {
    base = first - 1;
    highest = base;
  }

  /** Notes a number; false if it was met before. */
  boolean add(long number) {
    if (number <= base || isMet(number)) {
      return false;
    }
    if (number - base >= CAPACITY) {
      throw new IllegalStateException(number + " while " + (base + 1) + " is missing");
    }
    flip(number);
    highest = Math.max(highest, number);
    while (isMet(base + 1)) {
      base++;
      flip(base);
    }
    return true;
  }

  /** The lowest number that is missing below one that was met; 0 if there is none. */
  long missing() {
    return base == highest ? 0 : base + 1;
  }

  private boolean isMet(long number) {
    return (met[word(number)] >>> number & 1) != 0;
  }

  private void flip(long number) {
    met[word(number)] ^= 1L << number;
  }

  private static int word(long number) {
    return (int) (number & CAPACITY - 1) / BITS;
  }
}
