package io.chatserver.bench.siege;

/**
 * One thing that a siege found, and its bound.
 *
 * @param bound in words
 * @param holds whether it is within it
 */
public record Figure(Subject subject, String name, String value, String bound, boolean holds) {
  /** What a figure is about. */
  public enum Subject {
    /** The server runs, and did not start again. */
    LIFE,
    /** It logged no error. */
    LOG,
    MEMORY,
    /** Nothing was lost, repeated or moved. */
    DELIVERY,
    LATENCY,
    LOGIN,
    /** After the attack. */
    RETURN,
    /** The attack itself was made. */
    ATTACK
  }
}
