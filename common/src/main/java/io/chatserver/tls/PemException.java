package io.chatserver.tls;

/** A file that cannot be used. The message has the problem, without the file's name. */
public final class PemException extends Exception {
  private static final long serialVersionUID = 1;

  public PemException(String message) {
    super(message);
  }
}
