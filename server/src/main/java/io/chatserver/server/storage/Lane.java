package io.chatserver.server.storage;

import io.chatserver.server.storage.Database.Work;

/**
 * The way of all writes that are not messages: friends, groups, accounts, tokens, cursors. It is
 * narrow, so that however many there are messages do not wait behind them.
 *
 * <p>Threads: any; every call blocks.
 */
sealed interface Lane extends AutoCloseable permits BatchingLane, ParallelLane {
  /**
   * Writes when it is its turn.
   *
   * @param own whether it is the server's own: these few go first and are never too many
   * @throws io.chatserver.server.fault.Rejected with {@code BUSY} if too many wait, or have for too
   *     long; nothing was done then
   * @throws StorageException as {@link Database#write} says
   */
  <T> T write(String purpose, Work<T> work, boolean own);

  /** Takes no more, and returns when what was taken is done. */
  @Override
  void close();
}
