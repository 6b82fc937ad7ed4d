package io.chatserver.bench.check;

import java.time.Duration;

/** What happens to a server while there is talk. */
@FunctionalInterface
public interface Trouble {
  /** None. */
  Trouble NONE = (length, _) -> Thread.sleep(length);

  /**
   * Makes it; blocks for as long as there is to be talk.
   *
   * @param faults through which everything is done
   */
  void make(Duration length, FaultLog faults) throws InterruptedException;
}
