package io.chatserver.server.message;

/**
 * The last row of a conversation, as far as the next one depends on it.
 *
 * @param seq its place; 0 if there is none
 * @param others the number of entries up to it that are not texts
 * @param micros its time, in microseconds since 1970-01-01 UTC
 * @param rights the place of the last entry that changed rights; 0 for none
 */
public record Head(long seq, long others, long micros, long rights) {
  /** The head of an empty conversation. */
  public static final Head NONE = new Head(0, 0, 0, 0);

  /** The time of the next row: later than this one, even if the clock was put back. */
  long next(long nowMicros) {
    return Math.max(nowMicros, micros + 1);
  }
}
