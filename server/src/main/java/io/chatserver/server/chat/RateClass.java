package io.chatserver.server.chat;

import io.chatserver.server.config.Rate;
import io.chatserver.server.config.Throttle;
import java.util.Locale;

/**
 * The classes of requests with a rate per user, each with its own setting in {@code [throttle]}.
 */
public enum RateClass {
  SENDS,
  SEND_BYTES,
  LISTS,
  HISTORY,
  /** Messages that sessions read from the log; never refused. */
  CATCH_UP,
  FINDS,
  WRITES,
  SIGNALS,
  LOGINS,
  /** Requests refused by another class. */
  REFUSALS;

  Rate in(Throttle throttle) {
    return switch (this) {
      case SENDS -> throttle.sends();
      case SEND_BYTES -> throttle.sendBytes();
      case LISTS -> throttle.lists();
      case HISTORY -> throttle.history();
      case CATCH_UP -> throttle.catchUp();
      case FINDS -> throttle.finds();
      case WRITES -> throttle.writes();
      case SIGNALS -> throttle.signals();
      case LOGINS -> throttle.logins();
      case REFUSALS -> throttle.refusals();
    };
  }

  /** Its name in settings and metrics. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
