package io.chatserver.bench;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench history}. */
@Command(
    name = "history",
    description = {
      "Users who read pages of what was sent to them, anywhere in it, one page at a time each.",
      "Checks that each page has the messages that it should have."
    })
final class HistoryCommand extends ScenarioCommand {
  @Option(names = "--readers", paramLabel = "N", description = "Users: ${DEFAULT-VALUE}")
  private int readers = 10;

  @Option(
      names = "--messages",
      paramLabel = "N",
      description = "Messages that each has got: ${DEFAULT-VALUE}")
  private int messages = 2000;

  @Option(
      names = "--page",
      paramLabel = "N",
      description = "Messages of a page, 1 to 100: ${DEFAULT-VALUE}")
  private int page = 50;

  @Option(
      names = "--text",
      paramLabel = "N",
      description = "Characters of a message: ${DEFAULT-VALUE}")
  private int textLength = 64;

  @Mixin private TimeOptions time = new TimeOptions();

  @Override
  public Integer call() throws IOException {
    var scenario =
        checked(() ->
            new HistoryScenario(new Backlog(readers, messages, textLength), page, run.drain()));
    return run.run(scenario, time, console());
  }
}
