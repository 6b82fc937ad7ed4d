package io.chatserver.server.storage;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The database did not do what it was asked. */
public final class StorageException extends RuntimeException {
  private final boolean duplicateKey;
  private final boolean locked;

  /** One that is neither of the two below. */
  public StorageException(String purpose, Throwable cause) {
    this(purpose, cause, false, false);
  }

  StorageException(String purpose, SQLException cause, Dialect dialect) {
    this(purpose, cause, dialect.isDuplicateKey(cause), dialect.isLocked(cause));
  }

  /** One for what was not even tried. */
  static StorageException inVain(String purpose, String why) {
    return new StorageException(purpose, new SQLException(why));
  }

  private StorageException(String purpose, Throwable cause, boolean duplicateKey, boolean locked) {
    super(purpose + ": " + inOneLine(cause.getMessage()), cause);
    this.duplicateKey = duplicateKey;
    this.locked = locked;
  }

  /** The drivers and Flyway write paragraphs. */
  private static String inOneLine(@Nullable String message) {
    return String.valueOf(message).strip().replaceAll("\\s+", " ");
  }

  /** Whether a row with the same key is there already. */
  public boolean isDuplicateKey() {
    return duplicateKey;
  }

  /** Whether another transaction, of a node that hangs maybe, keeps rows locked. */
  public boolean isLocked() {
    return locked;
  }
}
