package io.chatserver.bench.check;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options that say what a check is to be. */
public final class CheckOptions {
  @Option(names = "--users", paramLabel = "N", description = "Users: ${DEFAULT-VALUE}")
  private int users = 24;

  @Option(names = "--groups", paramLabel = "N", description = "Groups: ${DEFAULT-VALUE}")
  private int groups = 6;

  @Option(names = "--seconds", paramLabel = "N", description = "Seconds of talk: 30")
  private @Nullable Double seconds;

  @Option(names = "--minutes", paramLabel = "N", description = "The same in minutes")
  private @Nullable Double minutes;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Messages a second, of all together: ${DEFAULT-VALUE}")
  private double rate = 300;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "All choices follow from it, though not the moments; else a new one")
  private @Nullable Long seed;

  /**
   * What was chosen.
   *
   * @throws ParameterException if it makes no sense
   */
  public Settings settings(CommandLine command) {
    double length = minutes != null ? minutes * 60 : seconds != null ? seconds : 30;
    try {
      return new Settings(
          users,
          groups,
          Duration.ofMillis(Math.round(length * 1000)),
          rate,
          seed == null ? ThreadLocalRandom.current().nextInt(1_000_000) : seed);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command, String.valueOf(e.getMessage()));
    }
  }
}
