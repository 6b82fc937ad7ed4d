package io.chatserver.bench;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench fanout}. */
@Command(
    name = "fanout",
    description = {
      "A group of which one member speaks and the others listen.",
      "Checks that each message reaches each listener once, in order, under contiguous numbers."
    })
final class FanoutCommand extends ScenarioCommand {
  @Option(
      names = "--members",
      paramLabel = "N",
      description = "Members of the group: ${DEFAULT-VALUE}")
  private int members = 100;

  @Mixin private TalkOptions talk = new TalkOptions();
  @Mixin private TimeOptions time = new TimeOptions();

  @Override
  public Integer call() throws IOException {
    var scenario = checked(() -> new GroupScenario(1, members, talk.settings(run.drain())));
    return run.run(scenario, time, console());
  }
}
