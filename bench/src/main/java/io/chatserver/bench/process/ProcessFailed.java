package io.chatserver.bench.process;

/** A process did not start, did not end or failed; the message ends with what it printed last. */
public final class ProcessFailed extends RuntimeException {
  private static final long serialVersionUID = 1;

  ProcessFailed(String message) {
    super(message);
  }

  ProcessFailed(String message, Throwable cause) {
    super(message, cause);
  }
}
