package io.chatserver.protocol;

/**
 * Why the server closes a connection: {@code code} of a {@link MessageType#CLOSING} message.
 *
 * <p>Numbers are fixed for ever. From 3000 on the client should come back, from 3500 on it should
 * not do so by itself.
 */
public enum DisconnectReason {
  SHUTDOWN(3000, "the server is stopping"),
  IDLE(3001, "nothing was heard for too long"),
  LOGIN_TIMEOUT(3002, "no login in time"),
  TOO_MANY_CONNECTIONS(3003, "too many connections"),
  FAULT(3004, "an unexpected fault"),
  OVERLOADED(3005, "the server is short of memory"),
  THROTTLED(3006, "too many tries, come back later"),
  NEW_EPOCH(3007, "the database was restored from a copy"),

  FRAME_TOO_LARGE(3500, "a message is over the size limit"),
  REPLACED(3501, "the account logged in elsewhere"),
  TOO_MANY_ERRORS(3502, "too many malformed messages"),
  SESSION_LIMIT(3503, "another device logged in and the limit of sessions is reached"),
  ACCOUNT_DISABLED(3504, "the account is disabled"),
  SESSION_REVOKED(3505, "the session was revoked; log in with the password");

  private static final int FIRST_FINAL = 3500;

  private final int number;
  private final String text;

  DisconnectReason(int number, String text) {
    this.number = number;
    this.text = text;
  }

  /**
   * Returns the reason of a number, for a client. An unknown number is {@link #FAULT} if the client
   * may reconnect, else {@link #TOO_MANY_ERRORS}.
   */
  public static DisconnectReason of(long number) {
    for (var reason : values()) {
      if (reason.number == number) {
        return reason;
      }
    }
    return number >= FIRST_FINAL ? TOO_MANY_ERRORS : FAULT;
  }

  /** The {@code code}. */
  public int number() {
    return number;
  }

  /** The text for users. */
  public String text() {
    return text;
  }

  /** Whether a client should connect again by itself. */
  public boolean mayReconnect() {
    return number < FIRST_FINAL;
  }
}
