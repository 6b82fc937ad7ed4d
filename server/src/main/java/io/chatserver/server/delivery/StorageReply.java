package io.chatserver.server.delivery;

import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Reply;
import io.chatserver.server.message.MessageLog;
import io.chatserver.server.storage.StorageException;

/** Maps failures of the database to replies. */
public final class StorageReply {
  private StorageReply() {}

  /**
   * Returns 303 if the database refused the statement, 300 if rows stay locked or others were
   * quicker again and again, and 301 for all other failures, because these mean that the database
   * is unreachable.
   */
  public static Reply.Failed of(Throwable cause) {
    if (cause instanceof StorageException e && e.isFault()) {
      return new Reply.Failed(ErrorCode.INTERNAL, "");
    }
    boolean isBusy = cause instanceof StorageException e && (e.isLocked() || e.isDuplicateKey());
    var code = isBusy ? ErrorCode.BUSY : ErrorCode.STORAGE_UNAVAILABLE;
    return new Reply.Failed(code, "", MessageLog.RETRY_AFTER);
  }
}
