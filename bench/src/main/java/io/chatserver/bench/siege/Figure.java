package io.chatserver.bench.siege;

/**
 * One result of a siege, and its bound.
 *
 * @param bound the bound, as text
 * @param holds whether the value is within the bound
 */
public record Figure(Subject subject, String name, String value, String bound, boolean holds) {
  /** The subjects of figures. */
  public enum Subject {
    /** The server still runs, and did not restart. */
    LIFE,
    /** The server logged no error. */
    LOG,
    MEMORY,
    /** No message was lost, repeated or reordered. */
    DELIVERY,
    LATENCY,
    LOGIN,
    /** The logins after the attack. */
    RETURN,
    /** The attack took place. */
    ATTACK
  }
}
