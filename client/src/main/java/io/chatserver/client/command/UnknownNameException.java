package io.chatserver.client.command;

/** A name stands for no user or group that is known here, or for several. */
public final class UnknownNameException extends RuntimeException {
  private static final long serialVersionUID = 1;

  UnknownNameException(String message) {
    super(message);
  }
}
