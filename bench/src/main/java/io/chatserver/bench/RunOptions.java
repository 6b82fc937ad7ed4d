package io.chatserver.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The options that say how long a scenario runs and where its report goes. */
final class RunOptions {
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

  @Option(
      names = "--loops",
      paramLabel = "N",
      description = "Event loops of the load generator: ${DEFAULT-VALUE}")
  private int loops = 1;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the report as JSON too")
  private @Nullable Path json;

  /** Runs and reports; gives the exit code. */
  int run(Scenario scenario, TargetOptions options, CommandLine console) throws IOException {
    var phases = new Runner.Phases(duration(warmup), duration(seconds), loops);
    Report report;
    try (var target = options.open()) {
      report = new Runner(target, options.wire(), phases, console.getErr()).run(scenario);
    }
    report.print(console.getOut());
    if (json != null) {
      try (var file = Files.newBufferedWriter(json)) {
        report.writeJson(file);
      }
    }
    return report.isGood() ? Bench.GOOD : Bench.VIOLATED;
  }

  private static Duration duration(double seconds) {
    return Duration.ofMillis(Math.round(seconds * 1000));
  }
}
