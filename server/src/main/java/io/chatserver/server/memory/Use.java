package io.chatserver.server.memory;

/** What memory is held for, as the metric {@code chat.memory.used} tells it apart. */
public enum Use {
  /** Open connections and their sessions: what each holds at least, and what it was served. */
  CONNECTIONS(0),
  /** Requests that were read and are not answered. */
  REQUESTS(1),
  /** Answers, pushes and pages that are not written to the socket. */
  ANSWERS(2),
  /** Pages, histories, lists and login answers from their read to their encoding. */
  PAGES(3),
  /** Objects that are read in part. */
  FRAMES(4);

  static final int COUNT = 5;

  private final int slot;

  Use(int slot) {
    this.slot = slot;
  }

  /** Its place in arrays of {@link #COUNT}. */
  int slot() {
    return slot;
  }
}
