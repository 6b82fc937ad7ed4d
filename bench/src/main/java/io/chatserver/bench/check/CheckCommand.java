package io.chatserver.bench.check;

import io.chatserver.bench.BenchFailed;
import io.chatserver.bench.TlsOptions;
import io.chatserver.tls.ServerAddress;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
      description = "A running server, or tls://HOST:PORT: 127.0.0.1 6000, unless --start is given")
  private List<String> address = List.of();

  @Option(
      names = "--start",
      paramLabel = "sqlite|mariadb",
      description = "Start a server of this repository for the check, on this database")
  private @Nullable Storage start;

  @Option(
      names = "--kills",
      paramLabel = "N",
      description = "With --start: how often the server is killed (kill -9): ${DEFAULT-VALUE}")
  private int kills;

  @Mixin private TlsOptions tls = new TlsOptions();

  @Mixin private CheckOptions options = new CheckOptions();

  @Mixin private ReportOptions report = new ReportOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    checkOptions();
    var console = spec.commandLine();
    var settings = options.settings(console);
    console.getErr().println("check: seed " + settings.seed());
    try (var data = new DataDirectory()) {
      return report.report(check(data.path(), settings, console.getErr()), console.getOut());
    }
  }

  private Outcome check(Path directory, Settings settings, PrintWriter progress) {
    if (start == null) {
      try (var server = new RunningServer(runningDoor())) {
        return Check.run(server, Trouble.NONE, settings, progress);
      }
    }
    try (var server = started(start, directory)) {
      var trouble = new Kills(server::killAndRestart, kills, settings.seed());
      return Check.run(server, trouble, settings, progress);
    }
  }

  private void checkOptions() {
    if (kills < 0) {
      throw wrong("kills must not be negative");
    }
    if (start == null && kills > 0) {
      throw wrong("--kills needs --start: a server that others use is not killed");
    }
    if (start != null && tls.isTls()) {
      throw wrong("--tls goes with HOST PORT");
    }
    if (start != null && !address.isEmpty()) {
      throw wrong("either --start or HOST PORT");
    }
  }

  private static StartedServer started(Storage storage, Path directory) {
    return switch (storage) {
      case SQLITE -> StartedServer.onSqlite(directory);
      case MARIADB -> StartedServer.onMariaDb(directory);
    };
  }

  private Door runningDoor() {
    try {
      var port = address.size() < 2 ? null : Integer.valueOf(address.get(1));
      var server =
          ServerAddress.of(
              address.isEmpty() ? "127.0.0.1" : address.getFirst(), port, 6000, tls.isTls());
      var found = new InetSocketAddress(server.host(), server.port());
      if (found.isUnresolved()) {
        throw new BenchFailed("no address of " + server.host());
      }
      return new Door(found, tls.clientTls(server.tls()));
    } catch (NumberFormatException _) {
      throw wrong("not a port: " + address.get(1));
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
