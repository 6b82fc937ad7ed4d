package io.chatserver.server.memory;

/** The purpose of held memory, as in the metric {@code chat.memory.used}. */
public enum Use {
  /** Open connections and their sessions: the minimum charge of each, and its feed positions. */
  CONNECTIONS(0),
  /** Requests that were read and are not answered yet. */
  REQUESTS(1),
  /** Replies, pushes and pages that are not written to the socket yet. */
  ANSWERS(2),
  /** Pages, histories, lists and login replies from their read to their encoding. */
  PAGES(3),
  /** Incomplete objects. */
  FRAMES(4);

  static final int COUNT = 5;

  private final int slot;

  Use(int slot) {
    this.slot = slot;
  }

  /** Its index in arrays of {@link #COUNT}. */
  int slot() {
    return slot;
  }
}
