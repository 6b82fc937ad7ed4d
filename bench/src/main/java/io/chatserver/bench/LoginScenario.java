package io.chatserver.bench;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Users who connect, log in and leave, over and over, so many of them at a time.
 *
 * @param byToken with a session token, which costs the server no password hash
 */
record LoginScenario(int users, int atOnce, boolean byToken, Duration drain) implements Scenario {
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
    parameters.put("by", byToken ? "token" : "password");
    return parameters;
  }

  @Override
  public Run prepare(Stage stage) {
    var crew = stage.crew();
    crew.checkOpenFiles(users);
    var all = crew.connect(crew.accounts(users), 1);
    var guests = new ConcurrentLinkedQueue<LoginStorm.Guest>();
    stage
        .together()
        .each(
            "registering",
            all,
            crew.wire().loginsAtOnce(),
            user -> {
              crew.register(user);
              var login = byToken ? crew.loginByToken(user) : crew.wire().login(user.account());
              guests.add(new LoginStorm.Guest(user.account(), login));
            });
    all.forEach(VirtualUser::leave);
    return new LoginStorm(stage, guests, atOnce, drain);
  }
}
