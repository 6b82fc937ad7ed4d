package io.chatserver.server.account;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.net.InetAddress;

/**
 * A connection that asks to log in or to register.
 *
 * <p>Threads: any.
 */
public final class Applicant {
  private final InetAddress address;

  @GuardedBy("this") private Runnable onGone = () -> {};

  @GuardedBy("this") private boolean gone;

  /**
   * Creates one.
   *
   * @param address of the client, behind a load balancer too
   */
  public Applicant(InetAddress address) {
    this.address = address;
  }

  InetAddress address() {
    return address;
  }

  /** The connection is closed: nothing more is done for it. */
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

  /** Runs something when the connection is closed; only the last that was given. */
  synchronized void whenGone(Runnable task) {
    onGone = task;
  }
}
