package io.chatserver.bench.siege;

import java.time.Duration;

/**
 * The parameters of a siege.
 *
 * @param length the duration of the attack
 * @param quiet how long the same users are measured before the attack
 * @param clients hostile clients at a time
 * @param cluster two nodes behind nginx instead of one with the embedded database
 * @param tls whether half of all connections use TLS
 * @param bounds the bounds of the results
 */
public record SiegePlan(
    Duration length, Duration quiet, int clients, boolean cluster, boolean tls, Bounds bounds) {
  /** The address of the well-behaved users, and of half of the attack. */
  static final String OWN_SOURCE = "127.0.0.1";

  /** Another address from which well-behaved users log in. */
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
   * The bounds of figures that depend on the load of the machine.
   *
   * @param login the longest login during the attack
   * @param back the time from the end of the attack until all users have logged in again
   */
  public record Bounds(Duration login, Duration back) {
    /** The promised bounds, on a machine without other load. */
    public static final Bounds PROMISED = new Bounds(Duration.ofSeconds(3), Duration.ofSeconds(10));
  }

  private static void check(boolean good, String message) {
    if (!good) {
      throw new IllegalArgumentException(message);
    }
  }
}
