package io.chatserver.bench;

import io.chatserver.bench.check.CheckCommand;
import io.chatserver.bench.cluster.ClusterCommand;
import io.chatserver.bench.lab.LabCommand;
import io.chatserver.bench.process.ProcessFailed;
import io.chatserver.bench.siege.SiegeCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of the load generator. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    versionProvider = Bench.Version.class,
    description = "Puts a load on a chat server, measures it and checks what it promises.",
    subcommands = {
      CheckCommand.class,
      LabCommand.class,
      ClusterCommand.class,
      SiegeCommand.class,
      CompareCommand.class,
      DirectCommand.class,
      FanoutCommand.class,
      GroupsCommand.class,
      LoginCommand.class,
      BacklogCommand.class,
      HistoryCommand.class,
      IdleCommand.class
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:everything was delivered as it should be",
      "1:something was lost, repeated or out of order, or is slower than it may be",
      "2:the command line is wrong",
      "3:the load could not be brought up"
    })
public final class Bench {
  static final int GOOD = 0;
  static final int VIOLATED = 1;
  private static final int NOT_RUN = 3;

  private Bench() {}

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The command line, for programs that run it themselves. */
  public static CommandLine commandLine() {
    return new CommandLine(new Bench())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(Bench::explain);
  }

  /** What a person can mend is told in a line; anything else is a fault of ours. */
  private static int explain(Exception failure, CommandLine command, CommandLine.ParseResult parsed)
      throws Exception {
    if (failure instanceof BenchFailed || failure instanceof ProcessFailed) {
      command.getErr().println("bench: " + failure.getMessage());
      return NOT_RUN;
    }
    throw failure;
  }

  /** The version that the build wrote into the jar. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      var version = Bench.class.getPackage().getImplementationVersion();
      return new String[] {"bench " + (version == null ? "(not from a jar)" : version)};
    }
  }
}
