package io.chatserver.server.memory;

/** How much of the budget is used; the names say what is done about it. */
public enum Level {
  /** Nothing. */
  AMPLE,
  /**
   * Connections that hold more than their share are not read; if they take nothing for long,
   * closed.
   */
  NOT_READING,
  /** Connections that take nothing for a moment are closed, those that hold most first. */
  CLOSING,
  /** Only connections with nothing under way are read; those that hold most are closed. */
  EXHAUSTED
}
