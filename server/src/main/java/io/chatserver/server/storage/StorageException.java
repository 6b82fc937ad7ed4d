package io.chatserver.server.storage;

import org.jspecify.annotations.Nullable;

/** The database did not do what it was asked. */
public final class StorageException extends RuntimeException {
  private final boolean duplicateKey;

  /** One that is no duplicate key. */
  public StorageException(String purpose, Throwable cause) {
    this(purpose, cause, false);
  }

  StorageException(String purpose, Throwable cause, boolean duplicateKey) {
    super(purpose + ": " + inOneLine(cause.getMessage()), cause);
    this.duplicateKey = duplicateKey;
  }

  /** The drivers and Flyway write paragraphs. */
  private static String inOneLine(@Nullable String message) {
    return String.valueOf(message).strip().replaceAll("\\s+", " ");
  }

  /** Whether a row with the same key is there already. */
  public boolean isDuplicateKey() {
    return duplicateKey;
  }
}
