package io.chatserver.bench;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The loads in which two builds are compared. */
enum ComparedScenario {
  PING_PONG,
  PING_PONG_ACK,
  SIXTEEN,
  SIXTEEN_ACK,
  FANOUT,
  TOKEN_LOGINS;

  private static final int PAIRS = 50;
  private static final int MEMBERS = 100;
  private static final int USERS = 100;
  private static final int AT_ONCE = 25;
  private static final int TEXT = 64;
  private static final Duration DRAIN = Duration.ofSeconds(10);

  Scenario scenario() {
    return switch (this) {
      case PING_PONG, PING_PONG_ACK -> new DirectScenario(PAIRS, settings(1));
      case SIXTEEN, SIXTEEN_ACK -> new DirectScenario(PAIRS, settings(16));
      case FANOUT -> new GroupScenario(1, MEMBERS, settings(16));
      case TOKEN_LOGINS -> new LoginScenario(USERS, AT_ONCE, true, DRAIN);
    };
  }

  private static Talk.Settings settings(int window) {
    return new Talk.Settings(window, 0, TEXT, DRAIN);
  }

  Wire wire() {
    return switch (this) {
      case PING_PONG, SIXTEEN, TOKEN_LOGINS -> new ModernWire();
      case PING_PONG_ACK, SIXTEEN_ACK, FANOUT -> new AcknowledgingWire();
    };
  }

  /** The one of a name as the command line has it. */
  static ComparedScenario of(String name) {
    return Arrays.stream(values())
        .filter(each -> each.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("no scenario " + name + "; there are " + names()));
  }

  static String names() {
    return Arrays.stream(values()).map(Object::toString).collect(Collectors.joining(", "));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
