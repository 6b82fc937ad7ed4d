package io.chatserver.client.command;

/** How a run of the client ended. */
public enum Outcome {
  DONE,
  COMMAND_FAILED,
  CANNOT_CONNECT,
  LOGIN_REFUSED,
  SESSION_LOST
}
