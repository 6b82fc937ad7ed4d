package io.chatserver.bench;

import java.io.IOException;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench backlog}. */
@Command(
    name = "backlog",
    description = {
      "Users who come back, all at once, to messages that were sent while they were away.",
      "Measures from the logins to the last message; checks that each gets all of his, once, in",
      "order, under contiguous numbers."
    })
final class BacklogCommand extends ScenarioCommand {
  @Option(names = "--receivers", paramLabel = "N", description = "Users: ${DEFAULT-VALUE}")
  private int receivers = 10;

  @Option(
      names = "--messages",
      paramLabel = "N",
      description = "Messages that wait for each: ${DEFAULT-VALUE}")
  private int messages = 1000;

  @Option(
      names = "--text",
      paramLabel = "N",
      description = "Characters of a message: ${DEFAULT-VALUE}")
  private int textLength = 64;

  @Option(
      names = "--timeout",
      paramLabel = "N",
      description = "Seconds to wait for the last message: ${DEFAULT-VALUE}")
  private int timeout = 60;

  @Override
  public Integer call() throws IOException {
    var scenario =
        checked(
            () -> new BacklogScenario(new Backlog(receivers, messages, textLength), run.drain()));
    return run.run(scenario, Duration.ofSeconds(timeout), console());
  }
}
