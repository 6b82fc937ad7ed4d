package io.chatserver.bench.siege;

import java.time.Duration;

/**
 * What a siege is.
 *
 * @param length of the attack
 * @param quiet how long the same users are measured before it without any attack
 * @param clients hostile clients at a time
 * @param cluster two nodes behind nginx in place of one with the embedded database
 * @param tls whether half of all connections use TLS
 * @param bounds what has to hold
 */
public record SiegePlan(
    Duration length, Duration quiet, int clients, boolean cluster, boolean tls, Bounds bounds) {
  /** The address of the well-behaved users, and of half of the attack. */
  static final String OWN_SOURCE = "127.0.0.1";

  /** Another address at which well-behaved users log in. */
  static final String OTHER_SOURCE = "127.0.0.9";

  /** The share of one core that all hostile clients use together. */
  static final double ATTACK_SHARE = 0.5;

  private static final int MAX_CLIENTS = 500;

  public SiegePlan {
    check(length.toMillis() >= 1000, "the time must be at least 1 s");
    check(quiet.toMillis() >= 1000, "the quiet time must be at least 1 s");
    check(clients >= 1 && clients <= MAX_CLIENTS, "clients must be from 1 to " + MAX_CLIENTS);
  }

  /**
   * Bounds of figures that a busy machine changes.
   *
   * @param login of the longest login during the attack
   * @param back from the end of the attack until everyone has logged in again
   */
  public record Bounds(Duration login, Duration back) {
    /** As promised, on a machine that does nothing else. */
    public static final Bounds PROMISED = new Bounds(Duration.ofSeconds(3), Duration.ofSeconds(10));
  }

  private static void check(boolean good, String message) {
    if (!good) {
      throw new IllegalArgumentException(message);
    }
  }
}
