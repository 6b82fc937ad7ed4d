package io.chatserver.bench;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the commands that run a scenario have in common. */
@Command(
    mixinStandardHelpOptions = true,
    versionProvider = Bench.Version.class,
    sortOptions = false)
abstract class ScenarioCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin RunOptions run = new RunOptions();

  /** Makes a scenario of what was asked for; what is wrong with that is told to the person. */
  final <T> T checked(Supplier<T> making) {
    try {
      return making.get();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(console(), String.valueOf(e.getMessage()), e);
    }
  }

  final CommandLine console() {
    return spec.commandLine();
  }

  @Override
  public abstract Integer call() throws IOException;
}
