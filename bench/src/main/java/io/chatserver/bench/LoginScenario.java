package io.chatserver.bench;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Users who connect, log in and leave, over and over, so many of them at a time. */
record LoginScenario(int users, int atOnce, Duration drain) implements Scenario {
  LoginScenario {
    Check.atLeast(1, atOnce, "at-once");
    // One who left a moment ago may still be logged in for the original.
    Check.atLeast(2 * atOnce, users, "users");
  }

  @Override
  public String name() {
    return "login";
  }

  @Override
  public String unit() {
    return "login";
  }

  @Override
  public Map<String, Object> parameters() {
    var parameters = new LinkedHashMap<String, Object>();
    parameters.put("users", users);
    parameters.put("at_once", atOnce);
    return parameters;
  }

  @Override
  public Run prepare(Stage stage) {
    var crew = stage.crew();
    crew.checkOpenFiles(users);
    var all = crew.connect(crew.accounts(users), 1);
    stage.together().each("registering", all, crew.wire().loginsAtOnce(), crew::register);
    all.forEach(VirtualUser::leave);
    return new LoginStorm(stage, all.stream().map(VirtualUser::account).toList(), atOnce, drain);
  }
}
