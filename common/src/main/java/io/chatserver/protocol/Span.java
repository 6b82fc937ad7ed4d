package io.chatserver.protocol;

/**
 * The part of a log that a page covers: all entries from {@code after + 1} to {@code through},
 * whatever was left out.
 *
 * @param after at least 0
 * @param through at least {@code after}
 */
public record Span(long after, long through) {
  public Span {
    if (after < 0 || through < after) {
      throw new IllegalArgumentException("span " + after + " to " + through);
    }
  }
}
