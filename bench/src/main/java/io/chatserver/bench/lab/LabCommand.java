package io.chatserver.bench.lab;

import io.chatserver.bench.check.CheckOptions;
import io.chatserver.bench.check.DataDirectory;
import io.chatserver.bench.check.ReportOptions;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench lab}. */
@Command(
    name = "lab",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Starts a cluster (MariaDB, Redis, nginx, three nodes), and does to it what happens to"
          + " clusters while the users of bench check talk; decides as that does, and shows how long"
          + " users had to wait.",
      "See docs/RELIABILITY.md."
    })
public final class LabCommand implements Callable<Integer> {
  @Option(
      names = "--only",
      paramLabel = "KIND",
      split = ",",
      description =
          "Only these faults: kill, pause, drain, redis-restart, redis-flush, redis-stop, link-cut,"
              + " link-stall, database, nginx-reload")
  private List<String> only = List.of();

  @Mixin private CheckOptions options = new CheckOptions();

  @Mixin private ReportOptions report = new ReportOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    var console = spec.commandLine();
    var kinds = kinds();
    var settings = options.settings(console);
    console.getErr().println("lab: seed " + settings.seed());
    try (var data = new DataDirectory()) {
      var outcome = Lab.run(data.path(), kinds, Tempo.LONG, settings, console.getErr());
      return report.report(outcome, console.getOut());
    }
  }

  private List<FaultKind> kinds() {
    try {
      return only.isEmpty()
          ? List.of(FaultKind.values())
          : only.stream().map(FaultKind::of).toList();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
