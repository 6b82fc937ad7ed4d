package io.chatserver.server.config;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A rate, as written in settings: {@code 100 then 10/s}, or {@code 0} for no limit.
 *
 * @param burst the amount allowed at once; 0 for no limit
 * @param amount the amount refilled in each period
 * @param period the period, from a second to an hour
 */
public record Rate(long burst, long amount, Duration period) {
  private static final Rate NONE = new Rate(0, 0, Duration.ofSeconds(1));
  private static final Pattern FORM = Pattern.compile("(\\d{1,10}) then (\\d{1,10})/(s|m|h)");
  private static final Map<String, Duration> PERIODS =
      Map.of("s", Duration.ofSeconds(1), "m", Duration.ofMinutes(1), "h", Duration.ofHours(1));

  /** How long an empty bucket takes to be full. */
  public Duration refill() {
    return isOff() ? Duration.ZERO : period.multipliedBy(burst).dividedBy(amount);
  }

  /** Whether there is no limit. */
  public boolean isOff() {
    return burst == 0;
  }

  /**
   * Parses a rate.
   *
   * @throws IllegalArgumentException if it is not a rate
   */
  static Rate parse(String text) {
    var stripped = text.strip();
    if (stripped.equals("0")) {
      return NONE;
    }
    var match = FORM.matcher(stripped);
    var period = match.matches() ? PERIODS.get(match.group(3)) : null;
    if (period == null) {
      throw new IllegalArgumentException(text);
    }
    var rate = new Rate(Long.parseLong(match.group(1)), Long.parseLong(match.group(2)), period);
    // The bucket counts in whole nanoseconds.
    if (rate.burst == 0 || rate.amount == 0 || rate.amount > period.toNanos()) {
      throw new IllegalArgumentException(text);
    }
    return rate;
  }
}
