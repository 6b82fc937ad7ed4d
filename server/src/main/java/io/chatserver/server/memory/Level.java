package io.chatserver.server.memory;

/** How much of the budget is used. The names say what the server does. */
public enum Level {
  /** Nothing. */
  AMPLE,
  /**
   * Connections that hold more than their share are not read. Connections without progress are
   * closed after a long time.
   */
  NOT_READING,
  /** Connections without progress for a short time are closed, the heaviest first. */
  CLOSING,
  /** No connection is read. The heaviest are closed, with or without progress. */
  EXHAUSTED
}
