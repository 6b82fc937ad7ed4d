package io.chatserver.server.storage;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A failed database operation. */
public final class StorageException extends RuntimeException {
  private final boolean duplicateKey;
  private final boolean locked;
  private final boolean fault;

  /** Creates an exception of none of the three kinds below. */
  public StorageException(String purpose, Throwable cause) {
    this(purpose, cause, false, false, false);
  }

  StorageException(String purpose, SQLException cause, Dialect dialect) {
    this(
        purpose,
        cause,
        dialect.isDuplicateKey(cause),
        dialect.isLocked(cause),
        dialect.isFault(cause));
  }

  /** Creates an exception for work that was not tried. */
  static StorageException inVain(String purpose, String why) {
    return new StorageException(purpose, new SQLException(why));
  }

  private StorageException(
      String purpose, Throwable cause, boolean duplicateKey, boolean locked, boolean fault) {
    super(purpose + ": " + inOneLine(cause.getMessage()), cause);
    this.duplicateKey = duplicateKey;
    this.locked = locked;
    this.fault = fault;
  }

  /** The drivers and Flyway write paragraphs. */
  private static String inOneLine(@Nullable String message) {
    return String.valueOf(message).strip().replaceAll("\\s+", " ");
  }

  /** Whether a row with the same key is there already. */
  public boolean isDuplicateKey() {
    return duplicateKey;
  }

  /** Whether another transaction, perhaps of a hung node, keeps rows locked. */
  public boolean isLocked() {
    return locked;
  }

  /** Whether it failed for this write's own sake, while others can be done. */
  public boolean concernsOneWrite() {
    return duplicateKey || locked || fault;
  }

  /** Whether the database refused the statement or its values: another try would fail, too. */
  public boolean isFault() {
    return fault;
  }
}
