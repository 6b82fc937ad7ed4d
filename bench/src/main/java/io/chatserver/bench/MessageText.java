package io.chatserver.bench;

/**
 * The texts of a run: its tag, a message's number, and filling up to a length.
 *
 * <p>Threads: any.
 */
final class MessageText {
  private final String head;
  private final String filling;

  /**
   * Creates the texts of a run.
   *
   * @param tag tells its messages from those that an earlier run left behind; without blanks
   */
  MessageText(String tag, int length) {
    head = tag + ' ';
    filling = "x".repeat(length);
  }

  String of(long number) {
    var start = head + number + ' ';
    int used = Math.min(start.length(), filling.length());
    return start + filling.substring(used);
  }

  /** The number in a text; 0 if it is not one of this run. */
  long numberIn(String text) {
    int end = text.indexOf(' ', head.length());
    if (end < 0 || !text.startsWith(head)) {
      return 0;
    }
    try {
      return Long.parseLong(text, head.length(), end, 10);
    } catch (NumberFormatException _) {
      return 0;
    }
  }
}
