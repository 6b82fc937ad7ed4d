package io.chatserver.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that every scenario has: on which server, by whom, and where its report goes. */
final class RunOptions {
  @Mixin private TargetOptions target = new TargetOptions();

  @Option(
      names = "--loops",
      paramLabel = "N",
      description = "Event loops of the load generator: ${DEFAULT-VALUE}")
  private int loops = 1;

  @Option(
      names = "--users",
      paramLabel = "PREFIX",
      description = "How the users' names begin; those that exist are used again: ${DEFAULT-VALUE}")
  private String userPrefix = "bench";

  @Option(
      names = "--drain",
      paramLabel = "N",
      description = "Seconds to wait at the end for what is in flight: ${DEFAULT-VALUE}")
  private int drain = 10;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the report as JSON too")
  private @Nullable Path json;

  @Option(
      names = "--plot",
      paramLabel = "FILE.png",
      description = "Draw throughput and latency over time")
  private @Nullable Path plot;

  Duration drain() {
    return Duration.ofSeconds(drain);
  }

  /** Runs and reports; gives the exit code. */
  int run(Scenario scenario, TimeOptions time, CommandLine console) throws IOException {
    return run(scenario, time.warmup(), time.seconds(), console);
  }

  /** The same with all of it measured. */
  int run(Scenario scenario, Duration seconds, CommandLine console) throws IOException {
    return run(scenario, Duration.ZERO, seconds, console);
  }

  private int run(Scenario scenario, Duration warmup, Duration seconds, CommandLine console)
      throws IOException {
    var tag = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
    var phases = new Runner.Phases(warmup, seconds, loops);
    Report report;
    try (var server = target.open()) {
      var runner = new Runner(server, target.wire(), phases, console.getErr());
      report = runner.run(scenario, new Crew.Names(userPrefix, tag));
    }
    report.print(console.getOut());
    if (report.tally().refused() > 0) {
      console
          .getErr()
          .printf("bench: %,d refused: %s%n", report.tally().refused(), Throttling.ADVICE);
    }
    if (json != null) {
      try (var file = Files.newBufferedWriter(json)) {
        JsonReport.write(report, file);
      }
    }
    if (plot != null) {
      Plot.write(report, plot);
    }
    return report.isGood() ? Bench.GOOD : Bench.VIOLATED;
  }
}
