package io.chatserver.server.message;

/**
 * A part of a log that a member may see: the entries from {@code joined + 1} to {@code left}.
 *
 * @param joined the last entry before it
 * @param left its last entry; {@link #OPEN} for a member who has not left
 */
public record Range(long joined, long left) {
  /** The end of a range that has none. */
  public static final long OPEN = Long.MAX_VALUE;

  /** The range of both people of a direct conversation. */
  public static final Range ALL = new Range(0, OPEN);

  public boolean isOpen() {
    return left == OPEN;
  }
}
