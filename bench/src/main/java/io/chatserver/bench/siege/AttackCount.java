package io.chatserver.bench.siege;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the actions of the hostile clients of one kind, and their results.
 *
 * <p>Threads: any.
 */
final class AttackCount {
  private static final byte[] ERRNO = "\"errno\":".getBytes(StandardCharsets.US_ASCII);

  private final LongAdder connections = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder answered = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder closed = new LongAdder();
  private final LongAdder failed = new LongAdder();

  void connected() {
    connections.increment();
  }

  void sent(int count) {
    bytes.add(count);
  }

  /** The server closed a connection, or reset it. */
  void closed() {
    closed.increment();
  }

  /** A connection could not be opened. */
  void failed() {
    failed.increment();
  }

  /** Counts the replies in a piece of received bytes; a reply that is cut in two may be missed. */
  void received(byte[] buffer, int length) {
    int last = length - ERRNO.length;
    for (int i = 0; i < last; i++) {
      if (buffer[i] == ERRNO[0] && startsAt(buffer, i)) {
        i += ERRNO.length;
        (buffer[i] == '0' ? answered : refused).increment();
      }
    }
  }

  private static boolean startsAt(byte[] buffer, int at) {
    for (int i = 1; i < ERRNO.length; i++) {
      if (buffer[at + i] != ERRNO[i]) {
        return false;
      }
    }
    return true;
  }

  Sums sums() {
    return new Sums(
        connections.sum(), bytes.sum(), answered.sum(), refused.sum(), closed.sum(), failed.sum());
  }

  /**
   * The counts at a time.
   *
   * @param connections opened connections
   * @param bytes sent bytes
   * @param answered replies without an error
   * @param refused replies with an error
   * @param closed connections that the server ended
   * @param failed connections that could not be opened
   */
  record Sums(long connections, long bytes, long answered, long refused, long closed, long failed) {
    /** Writes the counts as one word of a line. */
    String write() {
      return connections
          + ","
          + bytes
          + ","
          + answered
          + ","
          + refused
          + ","
          + closed
          + ","
          + failed;
    }

    /** Parses the result of {@link #write}. */
    static Sums read(String text) {
      var parts = text.split(",", -1);
      var numbers = new long[6];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = Long.parseLong(parts[i]);
      }
      return new Sums(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]);
    }
  }
}
