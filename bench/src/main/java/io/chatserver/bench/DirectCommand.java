package io.chatserver.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench direct}. */
@Command(
    name = "direct",
    mixinStandardHelpOptions = true,
    versionProvider = Bench.Version.class,
    sortOptions = false,
    description = {
      "Pairs of users who answer each message of the other with a message.",
      "Checks that each message arrives exactly once, in order, under contiguous numbers."
    })
final class DirectCommand implements Callable<Integer> {
  @Option(names = "--pairs", paramLabel = "N", description = "Pairs of users: ${DEFAULT-VALUE}")
  private int pairs = 50;

  @Option(
      names = "--window",
      paramLabel = "N",
      description = "Messages in flight per pair; 1 is ping-pong: ${DEFAULT-VALUE}")
  private int window = 1;

  @Option(
      names = "--text",
      paramLabel = "N",
      description = "Characters of a message: ${DEFAULT-VALUE}")
  private int textLength = 64;

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

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private TargetOptions target = new TargetOptions();
  @Mixin private RunOptions run = new RunOptions();

  @Override
  public Integer call() throws IOException {
    var tag = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
    return run.run(new DirectScenario(settings(), tag), target, spec.commandLine());
  }

  private DirectScenario.Settings settings() {
    try {
      var wait = Duration.ofSeconds(drain);
      return new DirectScenario.Settings(pairs, window, textLength, userPrefix, wait);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
