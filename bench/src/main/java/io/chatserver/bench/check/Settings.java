package io.chatserver.bench.check;

import java.time.Duration;

/**
 * What a check is to be.
 *
 * @param rate messages a second, of all users together
 * @param seed all random choices follow from it
 */
public record Settings(int users, int groups, Duration length, double rate, long seed) {
  private static final int MAX_USERS = 2000;
  private static final int MAX_GROUPS = 100;

  public Settings {
    check(users >= 4 && users <= MAX_USERS, "users must be from 4 to " + MAX_USERS);
    check(groups >= 0 && groups <= MAX_GROUPS, "groups must be from 0 to " + MAX_GROUPS);
    check(length.toMillis() >= 100, "the time must be at least 0.1 s");
    check(rate > 0, "rate must be over 0");
  }

  private static void check(boolean good, String message) {
    if (!good) {
      throw new IllegalArgumentException(message);
    }
  }
}
