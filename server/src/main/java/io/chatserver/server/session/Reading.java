package io.chatserver.server.session;

import io.chatserver.protocol.Command;

/**
 * The kinds of pushes that a client asked for at login.
 *
 * @param acknowledges whether it acknowledges what it receives; otherwise what was written counts
 *     as received
 * @param entries whether it reads entries of all kinds; otherwise it is sent texts only
 */
public record Reading(boolean acknowledges, boolean entries) {
  /** A client that acknowledges nothing and reads texts only. */
  public static final Reading PLAIN = new Reading(false, false);

  /** The claims of a login. */
  public static Reading of(Command.Login login) {
    return new Reading(login.resume() != null, login.entries());
  }
}
