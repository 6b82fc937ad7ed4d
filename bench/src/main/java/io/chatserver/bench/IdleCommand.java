package io.chatserver.bench;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench idle}. */
@Command(
    name = "idle",
    description = {
      "Users who are logged in and only ping, as clients do.",
      "Reads what memory they cost the server, and checks that each is answered."
    })
final class IdleCommand extends ScenarioCommand {
  @Option(
      names = "--connections",
      paramLabel = "N",
      description = "Users, one connection each: ${DEFAULT-VALUE}")
  private int connections = 1000;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "Seconds that all of them stay: ${DEFAULT-VALUE}")
  private double seconds = 10;

  @Override
  public Integer call() throws IOException {
    var scenario = checked(() -> new IdleScenario(connections, run.drain()));
    return run.run(scenario, TimeOptions.duration(seconds), console());
  }
}
