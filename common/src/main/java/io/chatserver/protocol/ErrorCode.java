package io.chatserver.protocol;

/**
 * Why a request was refused: {@code errno} on the wire. An error answers one request; the
 * connection lives on.
 *
 * <p>Numbers are fixed for ever. 1 and 2 are the original's; from 100 on the request itself is
 * wrong; from 200 on it is refused as things stand; from 300 on the same request may succeed later.
 */
public enum ErrorCode {
  /** No such account, or not its password. */
  INVALID_CREDENTIALS(1, "id or password is invalid!"),
  /** The account is in use elsewhere and {@code session.second_login} is {@code reject}. */
  ACCOUNT_IN_USE(2, "this account is using, input another!"),

  BAD_JSON(100, "not a JSON object"),
  UNKNOWN_TYPE(101, "unknown msgid"),
  BAD_FIELD(102, "a field is missing or of the wrong type"),
  TEXT_EMPTY(103, "the message is empty"),
  TEXT_TOO_LONG(104, "the message is too long"),
  NAME_INVALID(105, "not a usable name"),
  PASSWORD_INVALID(106, "not a usable password"),
  DESCRIPTION_TOO_LONG(107, "the description is too long"),

  NOT_LOGGED_IN(200, "log in first"),
  ALREADY_LOGGED_IN(201, "this connection is logged in already; log out first"),
  NAME_TAKEN(202, "the name is taken"),
  NO_SUCH_USER(203, "no such user"),
  NO_SUCH_GROUP(204, "no such group"),
  NOT_A_MEMBER(205, "not a member of this group"),
  LIMIT_REACHED(206, "the limit is reached"),
  CLIENT_ID_CONFLICT(207, "this client message id was used for another message"),
  TOKEN_INVALID(208, "the session token is not valid (any more); log in with the password"),
  REGISTRATION_CLOSED(209, "registration is closed; ask the operator for an account"),
  ACCOUNT_DISABLED(210, "the account is disabled"),

  BUSY(300, "too much at once, try again"),
  STORAGE_UNAVAILABLE(301, "the database does not answer, try again"),
  SHUTTING_DOWN(302, "the server is stopping, try again"),
  INTERNAL(303, "an unexpected fault, reported to the operator");

  private static final int FIRST_RETRYABLE = 300;

  private final int number;
  private final String text;

  ErrorCode(int number, String text) {
    this.number = number;
    this.text = text;
  }

  /**
   * Returns the code of a number, for a client. An unknown number is {@link #BUSY} in the retryable
   * range, and {@link #BAD_FIELD} below it.
   */
  public static ErrorCode of(long number) {
    for (var code : values()) {
      if (code.number == number) {
        return code;
      }
    }
    return number >= FIRST_RETRYABLE ? BUSY : BAD_FIELD;
  }

  /** The {@code errno}. */
  public int number() {
    return number;
  }

  /** The text for users, without a detail. */
  public String text() {
    return text;
  }

  /** Whether the same request may succeed later. */
  public boolean isRetryable() {
    return number >= FIRST_RETRYABLE;
  }
}
