package io.chatserver.bench.check;

/**
 * An invariant that does not hold.
 *
 * @param device whose history shows it; {@link #NONE} where it is the log that does
 * @param conversation its number; 0 for none
 * @param seq the message in question; 0 for none
 * @param event the place in that device's history; {@link #NONE} for none
 * @param text what is wrong, for a person
 */
record Violation(
    Invariant invariant, int device, long conversation, long seq, int event, String text) {
  static final int NONE = -1;
}
