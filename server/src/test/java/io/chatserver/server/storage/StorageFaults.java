package io.chatserver.server.storage;

import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Failures of a database, as a fake one throws them. */
public final class StorageFaults {
  private StorageFaults() {}

  public static StorageException duplicateKey() {
    var cause = new SQLiteException("a key is taken", SQLiteErrorCode.SQLITE_CONSTRAINT_PRIMARYKEY);
    return new StorageException("store", cause, Dialect.SQLITE);
  }

  /** Whether the work was committed is unknown. */
  public static StorageException lostConnection() {
    return new StorageException("store", new SQLException("the connection is lost"));
  }
}
