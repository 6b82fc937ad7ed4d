package io.chatserver.protocol;

/**
 * Text for C++ clients, which print it as it is: a line end would forge a line of another sender,
 * and an escape sequence would drive the terminal.
 */
final class LegacyText {
  private static final char PICTURE_OF_NUL = '\u2400';
  private static final char PICTURE_OF_DELETE = '\u2421';
  private static final char DELETE = '\u007f';

  private LegacyText() {}

  /** Replaces control characters, except tabs, by pictures of them (Unicode's U+2400 block). */
  static String harmless(String text) {
    if (text.chars().noneMatch(LegacyText::isHarmful)) {
      return text;
    }
    var shown = new StringBuilder(text.length());
    text.chars().forEach(each -> shown.append(isHarmful(each) ? picture(each) : (char) each));
    return shown.toString();
  }

  private static boolean isHarmful(int character) {
    return Character.isISOControl(character) && character != '\t';
  }

  /** The controls above DELETE have no pictures. */
  private static char picture(int control) {
    if (control < ' ') {
      return (char) (PICTURE_OF_NUL + control);
    }
    return control == DELETE ? PICTURE_OF_DELETE : '\uFFFD';
  }
}
