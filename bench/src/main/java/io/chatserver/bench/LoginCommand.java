package io.chatserver.bench;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench login}. */
@Command(
    name = "login",
    description = {
      "Users who connect, log in and leave, over and over.",
      "Checks that each is logged in, and as himself."
    })
final class LoginCommand extends ScenarioCommand {
  @Option(
      names = "--accounts",
      paramLabel = "N",
      description = "Users who take turns: ${DEFAULT-VALUE}")
  private int accounts = 200;

  @Option(
      names = "--at-once",
      paramLabel = "N",
      description = "Logins under way at a time: ${DEFAULT-VALUE}")
  private int atOnce = 50;

  @Option(names = "--token", description = "With a session token in place of the password")
  private boolean byToken;

  @Mixin private TimeOptions time = new TimeOptions();

  @Override
  public Integer call() throws IOException {
    var scenario = checked(() -> new LoginScenario(accounts, atOnce, byToken, run.drain()));
    return run.run(scenario, time, console());
  }
}
