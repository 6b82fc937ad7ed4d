package io.chatserver.server.memory;

/** How much of the budget is used; the names say what is done about it. */
public enum Level {
  /** Nothing. */
  AMPLE,
  /**
   * Connections that hold more than their share are not read, and closed if they take nothing for
   * long.
   */
  NOT_READING,
  /** Connections that take nothing for a moment are closed, those that hold most first. */
  CLOSING,
  /** No connection is read; those that hold most are closed, whether they take something or not. */
  EXHAUSTED
}
