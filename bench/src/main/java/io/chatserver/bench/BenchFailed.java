package io.chatserver.bench;

/** The load could not be brought up, for a reason that the person who started it can mend. */
public final class BenchFailed extends RuntimeException {
  private static final long serialVersionUID = 1;

  public BenchFailed(String message) {
    super(message);
  }

  public BenchFailed(String message, Throwable cause) {
    super(message, cause);
  }
}
