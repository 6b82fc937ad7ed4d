package io.chatserver.server.storage;

import io.chatserver.server.storage.Database.Work;

/**
 * The lane of all writes other than messages: friends, groups, accounts, tokens, cursors. It is
 * narrow, so that messages do not wait behind many such writes.
 *
 * <p>Threads: any; every call blocks.
 */
sealed interface Lane extends AutoCloseable permits BatchingLane, ParallelLane {
  /**
   * Runs a write when its turn comes.
   *
   * @param own whether it is the server's own write: these are few, go first and are not refused
   * @throws io.chatserver.server.fault.Rejected with {@code BUSY} if too many writes wait, or this
   *     one waited too long; nothing was done then
   * @throws StorageException as for {@link Database#write}
   */
  <T> T write(String purpose, Work<T> work, boolean own);

  /** Refuses new writes, and returns when the accepted ones are done. */
  @Override
  void close();
}
