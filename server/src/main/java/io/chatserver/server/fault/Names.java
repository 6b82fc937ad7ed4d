package io.chatserver.server.fault;

import io.chatserver.protocol.ErrorCode;
import io.chatserver.text.Utf8;
import java.util.BitSet;

/** The rules for names of users and groups. */
public final class Names {
  /** The original's columns hold 50 characters. */
  public static final int MAX_LENGTH = 50;

  /**
   * The characters that Unicode allows a screen to omit (Default_Ignorable_Code_Point) and that are
   * not in the categories below, and the blank Braille pattern.
   */
  private static final BitSet IGNORABLE = new BitSet();

  static {
    IGNORABLE.set(0x034F); // combining grapheme joiner
    IGNORABLE.set(0x115F, 0x1161); // fillers of Hangul
    IGNORABLE.set(0x3164);
    IGNORABLE.set(0xFFA0);
    IGNORABLE.set(0x17B4, 0x17B6); // vowels of Khmer
    IGNORABLE.set(0x180B, 0x1810); // variation selectors
    IGNORABLE.set(0xFE00, 0xFE10);
    IGNORABLE.set(0xE0000, 0xE1000);
    IGNORABLE.set(0x2800);
  }

  private Names() {}

  /**
   * Returns the name if it can be shown and typed.
   *
   * @throws Rejected with {@link ErrorCode#NAME_INVALID} if it cannot
   */
  public static String checked(String name) {
    if (name.isEmpty() || name.codePointCount(0, name.length()) > MAX_LENGTH) {
      throw new Rejected(ErrorCode.NAME_INVALID, "1 to " + MAX_LENGTH + " characters");
    }
    if (isBlank(name.codePointAt(0)) || isBlank(name.codePointBefore(name.length()))) {
      throw new Rejected(ErrorCode.NAME_INVALID, "no blanks at its ends");
    }
    if (name.indexOf(Utf8.REPLACEMENT) >= 0) {
      throw new Rejected(ErrorCode.NAME_INVALID, "a character was lost: it is not in UTF-8");
    }
    if (name.codePoints().anyMatch(Names::isInvisible)) {
      throw new Rejected(ErrorCode.NAME_INVALID, "no control or invisible characters");
    }
    return name;
  }

  /**
   * Returns a printable form of any name: escapes invisible characters, and doubles backslashes.
   */
  public static String shown(String name) {
    var shown = new StringBuilder();
    name.codePoints()
        .forEach(character -> {
          if (character == '\\') {
            shown.append("\\\\");
          } else if (isInvisible(character)) {
            shown.append("\\u{%x}".formatted(character));
          } else {
            shown.appendCodePoint(character);
          }
        });
    return shown.toString();
  }

  /** Java's isWhitespace excludes non-breaking blanks such as U+00A0. */
  private static boolean isBlank(int character) {
    return Character.isWhitespace(character) || Character.isSpaceChar(character);
  }

  private static boolean isInvisible(int character) {
    if (IGNORABLE.get(character)) {
      return true;
    }
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
