package io.chatserver.server.config;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

/** Durations as an operator writes them: {@code 500ms}, {@code 90s}, {@code 2m}, {@code 1h}. */
final class Durations {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
  private static final Map<String, Duration> UNITS =
      Map.of(
          "ms", Duration.ofMillis(1),
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1));

  private Durations() {}

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if it is not one
   */
  static Duration parse(String text) {
    var match = FORM.matcher(text.strip());
    var unit = match.matches() ? UNITS.get(match.group(2)) : null;
    if (unit == null) {
      throw new IllegalArgumentException("a number with ms, s, m, h or d, such as 90s");
    }
    return unit.multipliedBy(Long.parseLong(match.group(1)));
  }

  /** Writes one in its largest whole unit. */
  static String text(Duration duration) {
    long millis = duration.toMillis();
    if (millis % 1000 != 0 || millis == 0) {
      return millis + "ms";
    }
    long seconds = millis / 1000;
    if (seconds % 60 != 0) {
      return seconds + "s";
    }
    return seconds % 3600 == 0 ? seconds / 3600 + "h" : seconds / 60 + "m";
  }
}
