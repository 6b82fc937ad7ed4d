package io.chatserver.server.account;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.net.InetAddress;

/**
 * A connection with a login or a registration.
 *
 * <p>Threads: any.
 */
public final class Applicant {
  private final InetAddress address;

  @GuardedBy("this") private Runnable onGone = () -> {};

  @GuardedBy("this") private boolean gone;

  /**
   * Creates an applicant.
   *
   * @param address the client's address, also behind a load balancer
   */
  public Applicant(InetAddress address) {
    this.address = address;
  }

  InetAddress address() {
    return address;
  }

  /** The connection is closed: pending work for it is dropped. */
  public void leave() {
    Runnable then;
    synchronized (this) {
      gone = true;
      then = onGone;
      onGone = () -> {};
    }
    then.run();
  }

  synchronized boolean isGone() {
    return gone;
  }

  /** Sets the task to run when the connection is closed; it replaces the previous one. */
  synchronized void whenGone(Runnable task) {
    onGone = task;
  }
}
