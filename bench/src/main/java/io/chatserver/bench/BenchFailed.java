package io.chatserver.bench;

/** The load could not be brought up, for a reason that the person who started it can mend. */
final class BenchFailed extends RuntimeException {
  private static final long serialVersionUID = 1;

  BenchFailed(String message) {
    super(message);
  }

  BenchFailed(String message, Throwable cause) {
    super(message, cause);
  }
}
