package io.chatserver.tls;

/** A file cannot be used; the message says what is wrong with it, without its name. */
public final class PemException extends Exception {
  private static final long serialVersionUID = 1;

  public PemException(String message) {
    super(message);
  }
}
