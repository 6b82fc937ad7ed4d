package io.chatserver.server.memory;

/** How much of the budget is used; the names say what is done about it. */
public enum Level {
  /** Nothing. */
  AMPLE,
  /** Connections that hold more than their share are not read. */
  NOT_READING,
  /** Connections that take nothing are closed, those that hold most first. */
  CLOSING,
  /** Only connections with nothing under way are read; those that hold most are closed. */
  EXHAUSTED
}
