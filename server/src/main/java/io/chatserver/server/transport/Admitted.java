package io.chatserver.server.transport;

import org.jspecify.annotations.Nullable;

/**
 * A connection as {@link ConnectionAdmission} knows it, under whose lock it changes.
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
    /** A login or a registration is under way. */
    LOGGING_IN,
    /** Its first login is under way, by a token: it does not count for its address. */
    LOGGING_IN_BY_TOKEN,
    LOGGED_IN,
    /** Had a session, and was sent its last word: only the socket is still open. */
    CLOSING,
    GONE
  }

  final C connection;
  State state = State.NEW;

  /** The connections of its address; null for one that is new, closing or gone. */
  @Nullable AddressGroup<C> group;

  /** Whether it was sent an error since it is without a session. */
  boolean wasRefused;

  /** Since when it is {@link State#FRESH}. */
  long sinceNanos;

  /** Where it stands in a list of its group. */
  int index;

  Admitted(C connection) {
    this.connection = connection;
  }
}
