package io.chatserver.client.view;

/**
 * Makes what others wrote harmless for a terminal: what would steer it, hide, or turn the order of
 * letters around is shown as a visible sign instead.
 */
final class SafeText {
  /** The longest name that the original knows. */
  private static final int MAX_NAME_LENGTH = 50;

  private static final int CONTROL_PICTURES = 0x2400;
  private static final int DELETE = 0x7F;
  private static final int DELETE_PICTURE = 0x2421;
  private static final int REPLACEMENT = 0xFFFD;
  private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
  private static final int ZERO_WIDTH_JOINER = 0x200D;

  private SafeText() {}

  /** One line, whatever it was. */
  static String of(String text) {
    var safe = new StringBuilder(text.length());
    text.codePoints().map(SafeText::safe).forEach(safe::appendCodePoint);
    return safe.toString();
  }

  /** The same for a name, cut where it is too long. */
  static String name(String name) {
    var safe = of(name);
    return safe.codePointCount(0, safe.length()) <= MAX_NAME_LENGTH
        ? safe
        : safe.substring(0, safe.offsetByCodePoints(0, MAX_NAME_LENGTH)) + "…";
  }

  /** The same text for a program: one line without a tab, and nothing of it lost. */
  static String escaped(String text) {
    var escaped = new StringBuilder(text.length());
    text.codePoints().forEach(character -> escape(character, escaped));
    return escaped.toString();
  }

  private static void escape(int character, StringBuilder out) {
    switch (character) {
      case '\\' -> out.append("\\\\");
      case '\t' -> out.append("\\t");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      default -> {
        if (isHarmful(character)) {
          new String(Character.toChars(character))
              .chars()
              .forEach(unit -> out.append("\\u%04x".formatted(unit)));
        } else {
          out.appendCodePoint(character);
        }
      }
    }
  }

  private static int safe(int character) {
    if (!isHarmful(character)) {
      return character;
    }
    if (character == DELETE) {
      return DELETE_PICTURE;
    }
    return character < ' ' ? CONTROL_PICTURES + character : REPLACEMENT;
  }

  private static boolean isHarmful(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      // Emoji and some scripts need the joiners, and they do no harm.
      case Character.FORMAT -> character != ZERO_WIDTH_JOINER && character != ZERO_WIDTH_NON_JOINER;
      default -> false;
    };
  }
}
