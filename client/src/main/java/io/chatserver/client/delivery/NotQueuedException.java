package io.chatserver.client.delivery;

/** A message was not taken, and will not be sent. */
public final class NotQueuedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String code;

  NotQueuedException(String code, String message) {
    super(message);
    this.code = code;
  }

  /** One word for programs. */
  public String code() {
    return code;
  }
}
