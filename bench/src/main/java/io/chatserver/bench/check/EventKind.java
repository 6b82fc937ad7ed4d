package io.chatserver.bench.check;

/** What a device notes down; which fields of an {@link Event} mean what. */
enum EventKind {
  /**
   * Sends a message, perhaps again: {@code x} which one, {@code y} nanoseconds after writing it.
   */
  SAYS,
  /** Is told that a message is stored: {@code seq}, {@code x} which one, {@code y} when. */
  STORED,
  /** Is told that a message was not stored: {@code x} which one, {@code y} the error. */
  REFUSED,
  /** A message came by itself: {@code seq}, {@code x} which one, {@code y} when it was stored. */
  PUSHED,
  /** The same, as part of a page. */
  PAGED,
  /** The same, as part of an answer to a request for history. */
  READ,
  /** Connects and asks for a session; what its {@link #CURSOR} events say goes with it. */
  LOGIN,
  /** Says with the login that it has all up to {@code seq}. */
  CURSOR,
  /** The session has begun. */
  SESSION,
  /** The connection is gone. */
  GONE,
  /** Has read nothing for {@code x} nanoseconds, for it did not want to. */
  STALLED,
  /** Acknowledges: {@code x} received, {@code y} read. */
  ACKS,
  /** Asks how its conversations stand. */
  LISTS,
  /** Is told how one stands: {@code seq} its head, {@code x} received, {@code y} read. */
  PLACE,
  /** Is told how far the other one is: {@code seq} his id, {@code x} received, {@code y} read. */
  PEER_PLACE,
  /** A receipt came: {@code seq} whose, {@code x} received, {@code y} read. */
  RECEIPT,
  /** A digest is not that of what came: {@code x} it, {@code y} what it should be. */
  DIGEST_DIFFERS,
  /** Asks to join a group. */
  JOINS,
  /** Is told that it is in the group. */
  JOINED,
  /** Found out that {@code seq} is the first message that it may see; 0: there is none. */
  FIRST_VISIBLE,
  /** Was let into a conversation that is not its user's. */
  ADMITTED,
  /**
   * At rest, and does not get the last messages: {@code seq} the last it got, {@code x} the head.
   */
  LAGS,
  /** Got something that the protocol does not provide for: {@code x} the number of its note. */
  STRANGE
}
