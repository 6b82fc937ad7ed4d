package io.chatserver.bench;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Users who are logged in and say nothing, and what they cost the server in memory. */
record IdleScenario(int connections, Duration drain) implements Scenario {
  /** Users who come first, so that what a server needs once is not counted. */
  private static final int WARM_UP = 500;

  IdleScenario {
    Check.atLeast(1, connections, "connections");
  }

  @Override
  public String name() {
    return "idle";
  }

  @Override
  public String unit() {
    return "ping";
  }

  @Override
  public Map<String, Object> parameters() {
    var parameters = new LinkedHashMap<String, Object>();
    parameters.put("connections", connections);
    return parameters;
  }

  @Override
  public Run prepare(Stage stage) {
    var crew = stage.crew();
    var server = crew.target().onlyServer();
    if (server == null) {
      throw new BenchFailed(
          "the memory of the server cannot be read: give --start or --server-pid");
    }
    int warmUp = Math.min(WARM_UP, connections);
    crew.checkOpenFiles(warmUp + connections);
    var accounts = crew.accounts(warmUp + connections);
    var crowd = new IdleCrowd(stage, server, drain);
    crowd.add("logging in those who are not counted", accounts.subList(0, warmUp));
    crowd.countFromNow();
    crowd.add("logging in those who are counted", accounts.subList(warmUp, accounts.size()));
    return crowd;
  }
}
