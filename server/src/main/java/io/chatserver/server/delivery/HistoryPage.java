package io.chatserver.server.delivery;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.LogEntry;
import io.chatserver.server.message.PageRoom;
import java.util.ArrayList;
import java.util.List;

/**
 * A page of history while it is read. Its limit counts texts. The rows that are read and the bytes
 * on the wire have bounds of their own.
 *
 * <p>Threads: one.
 */
final class HistoryPage {
  /** The most rows of one read, and of a page that has found a text or shows all entries. */
  static final int MAX_ROWS = 1000;

  private static final int LEAST_READ = 16;

  private final int limit;
  private final boolean entries;
  private final List<LogEntry> shown = new ArrayList<>();
  private final PageRoom room = new PageRoom();
  private int texts;
  private int rows;
  private boolean full;

  /**
   * Creates an empty page.
   *
   * @param limit the most texts
   * @param entries whether entries of all kinds are shown
   */
  HistoryPage(int limit, boolean entries) {
    this.limit = limit;
    this.entries = entries;
  }

  /** Whether to read on. A page without a text is read on to the next one. */
  boolean hasRoom() {
    return !full && texts < limit && (rows < MAX_ROWS || !mayEnd());
  }

  /** How many rows to read next. */
  int wanted() {
    if (rows == 0) {
      return limit;
    }
    int most = mayEnd() ? MAX_ROWS - rows : MAX_ROWS;
    return texts == 0 ? most : Math.min(most, Math.max(LEAST_READ, 2 * (limit - texts)));
  }

  private boolean mayEnd() {
    return entries || texts > 0;
  }

  /**
   * Adds rows in the direction of reading, as long as the limit allows.
   *
   * @param cut whether there are others, which did not come because texts are long
   * @param before the place of the row before them
   * @return the place of the last row that was taken
   */
  long add(List<LogEntry> read, boolean cut, long before) {
    long last = before;
    for (var entry : read) {
      boolean isText = entry instanceof ChatMessage;
      boolean isShown = isText || entries;
      if (texts == limit || (isShown && !room.takes(entry))) {
        full = true;
        break;
      }
      last = entry.seq();
      rows++;
      texts += isText ? 1 : 0;
      if (isShown) {
        shown.add(entry);
      }
    }
    full |= cut;
    return last;
  }

  /** The entries of the page, in the direction of reading. */
  List<LogEntry> shown() {
    return shown;
  }
}
