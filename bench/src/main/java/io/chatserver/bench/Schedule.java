package io.chatserver.bench;

/**
 * When the sends of an open loop are due: evenly, at a rate.
 *
 * @param start {@link System#nanoTime} of the first
 * @param rate sends per second
 */
record Schedule(long start, double rate) {
  private static final double NANOS_PER_SECOND = 1e9;

  /** When a send is due, the first being number 0. */
  long dueAt(long number) {
    return start + Math.round(number * NANOS_PER_SECOND / rate);
  }
}
