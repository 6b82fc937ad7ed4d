package io.chatserver.client.command;

/** A command's arguments are not what it takes. Only {@link CommandLine} catches it. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  UsageException(String message) {
    super(message);
  }
}
