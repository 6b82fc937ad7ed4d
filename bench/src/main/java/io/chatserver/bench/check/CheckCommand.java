package io.chatserver.bench.check;

import io.chatserver.bench.BenchFailed;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bench check}. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Users who talk, break off, stall, are killed and come back, while the server is killed, too;"
          + " then decides whether every acknowledged message is stored once, in order, and every"
          + " member got every message once, in the same order, and nobody else anything.",
      "See docs/RELIABILITY.md."
    })
public final class CheckCommand implements Callable<Integer> {
  /** Where a server that is started keeps its messages. */
  enum Storage {
    SQLITE,
    MARIADB
  }

  @Parameters(
      arity = "0..2",
      paramLabel = "HOST PORT",
      description = "A running server: 127.0.0.1 6000, unless --start is given")
  private List<String> address = List.of();

  @Option(
      names = "--start",
      paramLabel = "sqlite|mariadb",
      description = "Start a server of this repository for the check, on this database")
  private @Nullable Storage start;

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
      names = "--kills",
      paramLabel = "N",
      description = "With --start: how often the server is killed (kill -9): ${DEFAULT-VALUE}")
  private int kills;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "All choices follow from it, though not the moments; else a new one")
  private @Nullable Long seed;

  @Option(
      names = "--history",
      paramLabel = "DIR",
      description = "Where what shows a violation is written: ${DEFAULT-VALUE}")
  private Path histories = Path.of("check-history");

  @Option(names = "--json", paramLabel = "FILE", description = "Write the counts as JSON, too")
  private @Nullable Path json;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    var settings = settings();
    try (var data = new DataDirectory();
        var server = server(data.path())) {
      var console = spec.commandLine();
      console.getErr().println("check: seed " + settings.seed());
      var outcome = Check.run(server, settings, console.getErr());
      report(outcome);
      return outcome.isGood() ? 0 : 1;
    }
  }

  private void report(Outcome outcome) throws IOException {
    var out = spec.commandLine().getOut();
    out.println(outcome.describe());
    if (!outcome.isGood()) {
      Extract.write(outcome, histories).forEach(out::println);
    }
    if (json != null) {
      try (var file = Files.newBufferedWriter(json)) {
        outcome.writeJson(file);
      }
    }
    out.flush();
  }

  private Settings settings() {
    double length = minutes != null ? minutes * 60 : seconds != null ? seconds : 30;
    if (start == null && kills > 0) {
      throw wrong("--kills needs --start: a server that others use is not killed");
    }
    if (start != null && !address.isEmpty()) {
      throw wrong("either --start or HOST PORT");
    }
    try {
      return new Settings(
          users,
          groups,
          Duration.ofMillis(Math.round(length * 1000)),
          rate,
          kills,
          seed == null ? ThreadLocalRandom.current().nextInt(1_000_000) : seed);
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  private CheckedServer server(Path directory) {
    return switch (start) {
      case SQLITE -> StartedServer.onSqlite(directory);
      case MARIADB -> StartedServer.onMariaDb(directory);
      case null -> new RunningServer(runningAddress());
    };
  }

  private InetSocketAddress runningAddress() {
    var host = address.isEmpty() ? "127.0.0.1" : address.getFirst();
    try {
      int port = address.size() < 2 ? 6000 : Integer.parseInt(address.get(1));
      var found = new InetSocketAddress(host, port);
      if (found.isUnresolved()) {
        throw new BenchFailed("no address of " + host);
      }
      return found;
    } catch (IllegalArgumentException _) {
      throw wrong("not a port: " + address.get(1));
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
