package io.chatserver.bench;

/** Checks of what was asked for, whose failures a person can read. */
final class Check {
  private Check() {}

  static void atLeast(int least, int value, String what) {
    if (value < least) {
      throw new IllegalArgumentException(what + " must be at least " + least + ", not " + value);
    }
  }
}
