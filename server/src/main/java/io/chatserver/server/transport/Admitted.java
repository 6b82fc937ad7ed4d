package io.chatserver.server.transport;

import org.jspecify.annotations.Nullable;

/**
 * The state of a connection in {@link ConnectionAdmission}. It changes only under its lock.
 *
 * @param <C> the connection itself
 */
final class Admitted<C> {
  enum State {
    NEW,
    /** Without a login for less than {@link ConnectionAdmission#GRACE}. */
    FRESH,
    /** Without a login for longer. */
    SETTLED,
    /** Without a login, and sent an error. */
    REFUSED,
    /** A login or a registration is in progress. */
    LOGGING_IN,
    /** Its first login is in progress, by token: it does not count for its address. */
    LOGGING_IN_BY_TOKEN,
    LOGGED_IN,
    /** Had a session, and was sent the reason for closing: only the socket is still open. */
    CLOSING,
    GONE
  }

  final C connection;
  State state = State.NEW;

  /** The connections of its address; null for one that is new, closing or gone. */
  @Nullable AddressGroup<C> group;

  /** Whether it was sent an error while it had no session. */
  boolean wasRefused;

  /** When it became {@link State#FRESH}. */
  long sinceNanos;

  /** Its index in a list of its group. */
  int index;

  Admitted(C connection) {
    this.connection = connection;
  }
}
