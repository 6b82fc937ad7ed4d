package io.chatserver.client.command;

/** How a run of the client ended. */
public enum Outcome {
  DONE,
  COMMAND_FAILED,
  CANNOT_CONNECT,
  /** The server accepts connections, but TLS with it fails. */
  TLS_FAILED,
  LOGIN_REFUSED,
  SESSION_LOST
}
