package io.chatserver.client.command;

/** The arguments of a command, taken from the left. A word may stand in double quotes. */
final class Words {
  private String rest;

  Words(String text) {
    rest = text.strip();
  }

  /** The next word; {@code what} names it where it is missing. */
  String next(String what) {
    if (rest.isEmpty()) {
      throw new UsageException(what + " is missing");
    }
    return rest.charAt(0) == '"' ? quoted() : unquoted();
  }

  /** The only word that is left. */
  String last(String what) {
    return end(next(what));
  }

  /** All that is left, which must be something. */
  String rest(String what) {
    if (rest.isEmpty()) {
      throw new UsageException(what + " is missing");
    }
    return rest;
  }

  /** All that is left, be it nothing. */
  String restOrEmpty() {
    return rest;
  }

  /** The next word as a number from 1 on, or the usual one where nothing is left. */
  int number(String what, int usual, int most) {
    if (rest.isEmpty()) {
      return usual;
    }
    var word = next(what);
    int number = word.matches("\\d{1,9}") ? Integer.parseInt(word) : 0;
    if (number < 1 || number > most) {
      throw new UsageException(what + " is a number from 1 to " + most);
    }
    return number;
  }

  /** Gives the value back where nothing is left. */
  <T> T end(T value) {
    if (!rest.isEmpty()) {
      throw new UsageException("too much: " + rest);
    }
    return value;
  }

  private String quoted() {
    int end = rest.indexOf('"', 1);
    if (end < 0) {
      throw new UsageException("the closing quote is missing");
    }
    return take(rest.substring(1, end), end + 1);
  }

  private String unquoted() {
    int end = 0;
    while (end < rest.length() && !Character.isWhitespace(rest.charAt(end))) {
      end++;
    }
    return take(rest.substring(0, end), end);
  }

  private String take(String word, int length) {
    rest = rest.substring(length).stripLeading();
    return word;
  }
}
