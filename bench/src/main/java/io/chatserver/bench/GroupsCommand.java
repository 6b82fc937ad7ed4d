package io.chatserver.bench;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench groups}. */
@Command(
    name = "groups",
    description = {
      "Many groups, in each of which one member speaks and the others listen.",
      "Checks what fanout checks, for each."
    })
final class GroupsCommand extends ScenarioCommand {
  @Option(names = "--groups", paramLabel = "N", description = "Groups: ${DEFAULT-VALUE}")
  private int groups = 50;

  @Option(
      names = "--members",
      paramLabel = "N",
      description = "Members of each group: ${DEFAULT-VALUE}")
  private int members = 10;

  @Mixin private TalkOptions talk = new TalkOptions();
  @Mixin private TimeOptions time = new TimeOptions();

  @Override
  public Integer call() throws IOException {
    var scenario = checked(() -> new GroupScenario(groups, members, talk.settings(run.drain())));
    return run.run(scenario, time, console());
  }
}
