package io.chatserver.server.storage;

/** The database did not do what it was asked. */
public final class StorageException extends RuntimeException {
  private final boolean duplicateKey;

  StorageException(String purpose, Throwable cause, boolean duplicateKey) {
    super(purpose + ": " + cause.getMessage(), cause);
    this.duplicateKey = duplicateKey;
  }

  /** Whether a row with the same key is there already. */
  public boolean isDuplicateKey() {
    return duplicateKey;
  }
}
