package io.chatserver.bench.check;

import io.chatserver.protocol.ClientMessageId;
import io.chatserver.protocol.UserId;

/**
 * The messages of the check: each is known by one number, made of the device that says it and of
 * how many it had said before, and its text follows from that number.
 *
 * <p>A <em>forgery</em> is another text under the client message id of a message: it must be
 * refused.
 */
final class Saying {
  private static final int MAX_ORDINAL = 1 << 30;
  private static final int MAX_TAIL = 4000;

  /** Some of what JSON, UTF-8 and databases treat in ways of their own. */
  private static final String TAIL =
      "the quick \"brown\" fox\\ jumps / over\n\tthe lázy dög · 犬の上を ' % {} [] : , \u2028 "
          .repeat(60)
          .substring(0, MAX_TAIL);

  /** In place of the number of a message: an entry of the log that is neither text nor joining. */
  static final long OTHER_ENTRY = Long.MIN_VALUE;

  private Saying() {}

  /** The number of a device's message; its messages are counted from 1. */
  static long of(int device, int ordinal) {
    if (device < 0 || ordinal < 1 || ordinal >= MAX_ORDINAL) {
      throw new IllegalArgumentException("message " + ordinal + " of " + device);
    }
    return (long) device << 32 | (long) ordinal << 1;
  }

  /** The same id, another text. */
  static long forgeryOf(long saying) {
    return saying | 1;
  }

  static boolean isForgery(long saying) {
    return isKnown(saying) && (saying & 1) == 1;
  }

  /** Whether a device of the check can have said it. */
  static boolean isKnown(long saying) {
    return saying >= 0;
  }

  static int device(long saying) {
    return (int) (saying >>> 32);
  }

  static int ordinal(long saying) {
    return (int) saying >>> 1;
  }

  /** In place of the number of a message: the entry that tells of a user who joined. */
  static long joined(UserId user) {
    return OTHER_ENTRY + user.value();
  }

  /** Whether this stands for a message, known or not. */
  static boolean isText(long saying) {
    return saying >= -1;
  }

  /** What a person calls it. */
  static String name(long saying) {
    if (!isText(saying)) {
      return saying == OTHER_ENTRY ? "no text" : "user " + (saying - OTHER_ENTRY) + " joined";
    }
    if (!isKnown(saying)) {
      return "a text that nobody said";
    }
    return device(saying) + "." + ordinal(saying) + (isForgery(saying) ? "!" : "");
  }

  static ClientMessageId clientId(long saying) {
    return new ClientMessageId(device(saying) + "." + ordinal(saying));
  }

  static String text(long saying) {
    return name(saying) + ' ' + TAIL.substring(0, tailLength(saying));
  }

  /** Mostly short, sometimes a page long. */
  private static int tailLength(long saying) {
    int hash = (int) ((saying * 0x9E37_79B9_7F4A_7C15L) >>> 33);
    int most = hash % 100 == 0 ? MAX_TAIL : hash % 10 == 0 ? 600 : 80;
    return (hash >>> 7) % most;
  }

  /** Which message has this text; a negative number if none has it. */
  static long withText(String text) {
    int blank = text.indexOf(' ');
    int dot = text.indexOf('.');
    if (dot < 1 || blank < dot) {
      return -1;
    }
    boolean forgery = text.charAt(blank - 1) == '!';
    try {
      long saying =
          of(
              Integer.parseInt(text, 0, dot, 10),
              Integer.parseInt(text, dot + 1, forgery ? blank - 1 : blank, 10));
      saying = forgery ? forgeryOf(saying) : saying;
      int length = tailLength(saying);
      boolean isWhole =
          text.length() == blank + 1 + length && text.regionMatches(blank + 1, TAIL, 0, length);
      return isWhole ? saying : -1;
    } catch (IllegalArgumentException _) {
      return -1;
    }
  }
}
