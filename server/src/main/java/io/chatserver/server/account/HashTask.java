package io.chatserver.server.account;

import io.chatserver.server.fault.Rejected;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/**
 * A hash that waits in the queue or is being computed.
 *
 * <p>Threads: any.
 */
final class HashTask<T> extends FutureTask<T> {
  private final HashPlace place;

  HashTask(HashPlace place, Callable<T> work) {
    super(work);
    this.place = place;
  }

  HashPlace place() {
    return place;
  }

  /** Ends the wait without the hash. */
  void refuse(Rejected why) {
    setException(why);
  }
}
