package io.chatserver.server.chat;

import io.chatserver.server.config.Rate;
import io.chatserver.server.config.Throttle;
import java.util.Locale;

/** What a user may do only so often, each with a rate of its own in {@code [throttle]}. */
public enum RateClass {
  SENDS,
  SEND_BYTES,
  LISTS,
  HISTORY,
  WRITES,
  SIGNALS,
  /** Requests that another class refused. */
  REFUSALS;

  Rate in(Throttle throttle) {
    return switch (this) {
      case SENDS -> throttle.sends();
      case SEND_BYTES -> throttle.sendBytes();
      case LISTS -> throttle.lists();
      case HISTORY -> throttle.history();
      case WRITES -> throttle.writes();
      case SIGNALS -> throttle.signals();
      case REFUSALS -> throttle.refusals();
    };
  }

  /** How it is called in settings and metrics. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
