package io.chatserver.server.storage;

import io.chatserver.server.storage.Database.Work;
import java.time.Duration;

/**
 * The lane of a database with many writers. It runs a few transactions at a time, so that
 * connections stay free for messages.
 *
 * <p>Threads: any; every call blocks.
 */
final class ParallelLane implements Lane {
  private final Transactions transactions;
  private final Turns places;
  private final LaneMeter meter;
  private final Duration patience;

  /**
   * Creates the lane.
   *
   * @param places the number of transactions at a time
   * @param patience the longest wait for a turn
   */
  ParallelLane(Transactions transactions, int places, LaneMeter meter, Duration patience) {
    this.transactions = transactions;
    this.places = new Turns(places);
    this.meter = meter;
    this.patience = patience;
  }

  @Override
  public <T> T write(String purpose, Work<T> work, boolean own) {
    await(purpose, own);
    try {
      var result = transactions.run(purpose, work);
      meter.stored(1);
      return result;
    } finally {
      places.leave();
    }
  }

  private void await(String purpose, boolean own) {
    long start = System.nanoTime();
    meter.enter(own);
    try {
      if (!places.take(own, patience)) {
        throw meter.tooLate(purpose, start);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw StorageException.inVain(purpose, "interrupted");
    } finally {
      meter.leave();
    }
  }

  @Override
  public void close() {}
}
