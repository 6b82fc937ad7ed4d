package io.chatserver.bench;

import java.time.Duration;
import picocli.CommandLine.Option;

/** The options that say how long a load lasts that does not end by itself. */
final class TimeOptions {
  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "Seconds to measure: ${DEFAULT-VALUE}")
  private double seconds = 10;

  @Option(
      names = "--warmup",
      paramLabel = "N",
      description = "Seconds of load before: ${DEFAULT-VALUE}")
  private double warmup = 5;

  Duration seconds() {
    return duration(seconds);
  }

  Duration warmup() {
    return duration(warmup);
  }

  static Duration duration(double seconds) {
    return Duration.ofMillis(Math.round(seconds * 1000));
  }
}
