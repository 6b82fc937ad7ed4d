package io.chatserver.bench.siege;

import io.chatserver.bench.check.DataDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench siege}. */
@Command(
    name = "siege",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Hostile clients attack a server that is started for it as shipped, with all that strangers and"
          + " accounts can do, while two well-behaved pairs talk and others log in; then decides"
          + " whether the server lives, how its memory grew, and how the well-behaved users fared.",
      "See docs/RELIABILITY.md."
    })
public final class SiegeCommand implements Callable<Integer> {
  private static final double MILLIS_PER_MINUTE = 60_000;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      description = "Minutes of attack: ${DEFAULT-VALUE}")
  private double minutes = 30;

  @Option(
      names = "--clients",
      paramLabel = "N",
      description = "Hostile clients at a time: ${DEFAULT-VALUE}")
  private int clients = 50;

  @Option(
      names = "--quiet",
      paramLabel = "N",
      description = "Seconds to measure before, without an attack: ${DEFAULT-VALUE}")
  private double quiet = 60;

  @Option(
      names = "--cluster",
      description = "Two nodes behind nginx, MariaDB and Redis, in place of the embedded server")
  private boolean cluster;

  @Option(names = "--tls", description = "Use TLS for half of all connections")
  private boolean tls;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the report as JSON, too")
  private @Nullable Path json;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException, InterruptedException {
    var console = spec.commandLine();
    var plan = plan();
    try (var data = new DataDirectory()) {
      var report = Siege.run(data.path(), plan, console.getErr());
      report.print(console.getOut());
      if (json != null) {
        try (var file = Files.newBufferedWriter(json)) {
          report.writeJson(file);
        }
      }
      return report.isGood() ? 0 : 1;
    }
  }

  private SiegePlan plan() {
    var length = Duration.ofMillis(Math.round(minutes * MILLIS_PER_MINUTE));
    var before = Duration.ofMillis(Math.round(quiet * 1000));
    try {
      return new SiegePlan(length, before, clients, cluster, tls, SiegePlan.Bounds.PROMISED);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
