package io.chatserver.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;

/** Pairs of users who write to each other. */
record DirectScenario(int pairs, Talk.Settings settings) implements Scenario {
  DirectScenario {
    Check.atLeast(1, pairs, "pairs");
  }

  @Override
  public String name() {
    return "direct";
  }

  @Override
  public String unit() {
    return "delivery";
  }

  @Override
  public Map<String, Object> parameters() {
    var parameters = new LinkedHashMap<String, Object>();
    parameters.put("pairs", pairs);
    settings.addTo(parameters);
    return parameters;
  }

  @Override
  public Run prepare(Stage stage) {
    var crew = stage.crew();
    var users = crew.connect(crew.accounts(2 * pairs), 2);
    stage.together().each("logging in", users, crew.wire().loginsAtOnce(), crew::enter);
    var load = Talk.Load.of(settings, stage);
    var all = new ArrayList<Pair>();
    for (int i = 0; i < users.size(); i += 2) {
      all.add(new Pair(users.get(i), users.get(i + 1), load));
    }
    return new Talk(all, load);
  }
}
