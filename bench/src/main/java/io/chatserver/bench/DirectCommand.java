package io.chatserver.bench;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench direct}. */
@Command(
    name = "direct",
    description = {
      "Pairs of users who answer each message of the other with a message.",
      "Checks that each message arrives exactly once, in order, under contiguous numbers."
    })
final class DirectCommand extends ScenarioCommand {
  @Option(names = "--pairs", paramLabel = "N", description = "Pairs of users: ${DEFAULT-VALUE}")
  private int pairs = 50;

  @Mixin private TalkOptions talk = new TalkOptions();
  @Mixin private TimeOptions time = new TimeOptions();

  @Override
  public Integer call() throws IOException {
    var scenario = checked(() -> new DirectScenario(pairs, talk.settings(run.drain())));
    return run.run(scenario, time, console());
  }
}
