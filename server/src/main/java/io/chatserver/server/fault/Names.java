package io.chatserver.server.fault;

import io.chatserver.protocol.ErrorCode;

/** What may be the name of a user or a group. */
public final class Names {
  /** The original's columns hold 50 characters. */
  public static final int MAX_LENGTH = 50;

  private Names() {}

  /**
   * Returns a name that can be shown and typed.
   *
   * @throws Rejected with {@link ErrorCode#NAME_INVALID} if it is not one
   */
  public static String checked(String name) {
    if (name.isEmpty() || name.codePointCount(0, name.length()) > MAX_LENGTH) {
      throw new Rejected(ErrorCode.NAME_INVALID, "1 to " + MAX_LENGTH + " characters");
    }
    if (!name.equals(name.strip())) {
      throw new Rejected(ErrorCode.NAME_INVALID, "no blanks at its ends");
    }
    if (name.codePoints().anyMatch(Names::isInvisible)) {
      throw new Rejected(ErrorCode.NAME_INVALID, "no control or invisible characters");
    }
    return name;
  }

  private static boolean isInvisible(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.PRIVATE_USE,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          true;
      default -> false;
    };
  }
}
