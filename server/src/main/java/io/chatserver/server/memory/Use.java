package io.chatserver.server.memory;

/** What memory is held for, as the metric {@code chat.memory.used} tells it apart. */
public enum Use {
  /** Open connections and their sessions: what each holds at least, and what it was served. */
  CONNECTIONS,
  /** Requests that were read and are not answered. */
  REQUESTS,
  /** Answers, pushes and pages that are not written to the socket. */
  ANSWERS,
  /** Pages, histories, lists and login answers from their read to their encoding. */
  PAGES,
  /** Objects that are read in part. */
  FRAMES
}
