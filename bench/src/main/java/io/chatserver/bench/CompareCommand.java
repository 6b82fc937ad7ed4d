package io.chatserver.bench;

import io.chatserver.bench.check.DataDirectory;
import io.chatserver.bench.process.Build;
import io.chatserver.bench.process.MariaDb;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bench --compare COMMIT}. */
@Command(
    name = "compare",
    aliases = "--compare",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Builds another commit beside this one, measures both in turn under the load of this one, and"
          + " decides in each scenario whether this one is no slower: a median ratio of CPU per"
          + " message of at most 1.03, the middle half below 1.06.",
      "See docs/BENCHMARKS.md."
    })
final class CompareCommand implements Callable<Integer> {
  @Parameters(paramLabel = "COMMIT", description = "The other one, as git understands it")
  private String commit = "";

  @Option(
      names = "--scenario",
      paramLabel = "NAME",
      split = ",",
      description =
          "Only these: ping-pong, ping-pong-ack, sixteen, sixteen-ack, fanout, token-logins")
  private List<String> scenarios = List.of();

  @Option(
      names = "--start",
      paramLabel = "sqlite|mariadb",
      description = "Where both keep their messages: ${DEFAULT-VALUE}")
  private Target.Storage storage = Target.Storage.SQLITE;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Least rounds; up to 15 are made where it is not clear: ${DEFAULT-VALUE}")
  private int rounds = Ratios.LEAST_ROUNDS;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "Seconds that a round measures: ${DEFAULT-VALUE}")
  private double seconds = 4;

  @Option(
      names = "--warmup",
      paramLabel = "N",
      description = "Seconds of load before: ${DEFAULT-VALUE}")
  private double warmup = 4;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    var console = spec.commandLine();
    var chosen = chosen();
    if (rounds < Ratios.LEAST_ROUNDS || rounds > Ratios.MOST_ROUNDS) {
      throw wrong("rounds must be from " + Ratios.LEAST_ROUNDS + " to " + Ratios.MOST_ROUNDS);
    }
    try (var scratch = new DataDirectory();
        var mariaDb = mariaDb(scratch)) {
      console.getErr().println("compare: building " + commit + " if it is not kept");
      console.getErr().flush();
      var comparison =
          new Comparison(
              Build.of(commit, scratch.path()),
              Build.current(scratch.path()),
              new Comparison.Place(scratch.path(), mariaDb),
              new Runner.Phases(TimeOptions.duration(warmup), TimeOptions.duration(seconds), 1),
              console.getErr());
      boolean good = true;
      for (var scenario : chosen) {
        var result = comparison.compare(scenario, rounds);
        result.print(console.getOut());
        good &= result.cpu().verdict() == Ratios.Verdict.NO_SLOWER;
      }
      return good ? Bench.GOOD : Bench.VIOLATED;
    }
  }

  private List<ComparedScenario> chosen() {
    try {
      return scenarios.isEmpty()
          ? List.of(ComparedScenario.values())
          : scenarios.stream().map(ComparedScenario::of).toList();
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  private @Nullable MariaDb mariaDb(DataDirectory directory) {
    return storage == Target.Storage.MARIADB ? MariaDb.start(directory.path()) : null;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
