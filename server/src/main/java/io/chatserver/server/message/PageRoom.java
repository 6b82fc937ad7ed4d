package io.chatserver.server.message;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.LogEntry;

/**
 * How much still goes into a page, counted as it stands on the wire: there a control character
 * takes six bytes, and a page waits in memory for as long as its reader does not read.
 *
 * <p>Threads: one.
 */
public final class PageRoom {
  private static final int MAX_BYTES = 128 * 1024;

  /** An entry that is no text, with two names, on the wire or in memory. */
  private static final int ENTRY_BYTES = 256;

  private int used;

  /** Whether this entry goes in, which the first one always does; it takes its room then. */
  public boolean takes(LogEntry entry) {
    return entry instanceof ChatMessage message ? takes(message.text()) : takes(ENTRY_BYTES);
  }

  /** Whether this text goes in, which the first one always does; it takes its room then. */
  boolean takes(String text) {
    return takes(wireBytes(text));
  }

  private boolean takes(int bytes) {
    if (used > 0 && used + bytes > MAX_BYTES) {
      return false;
    }
    used += Math.max(1, bytes);
    return true;
  }

  private static int wireBytes(String text) {
    int bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      bytes += wireBytes(text.charAt(i));
    }
    return bytes;
  }

  private static int wireBytes(char c) {
    if (c < ' ') {
      return 6;
    }
    if (c < 0x80) {
      return c == '"' || c == '\\' ? 2 : 1;
    }
    // Half of a pair, which has four together, or a character of two; else three.
    return c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
  }
}
