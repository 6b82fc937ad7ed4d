package io.chatserver.bench;

import io.chatserver.protocol.Command;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Groups in each of which one member speaks and the others listen; nobody is in two of them. */
record GroupScenario(int groups, int members, Talk.Settings settings) implements Scenario {
  GroupScenario {
    Check.atLeast(1, groups, "groups");
    Check.atLeast(2, members, "members");
  }

  @Override
  public String name() {
    return groups == 1 ? "fanout" : "groups";
  }

  @Override
  public String unit() {
    return "delivery";
  }

  @Override
  public Map<String, Object> parameters() {
    var parameters = new LinkedHashMap<String, Object>();
    parameters.put("groups", groups);
    parameters.put("members", members);
    settings.addTo(parameters);
    return parameters;
  }

  @Override
  public Run prepare(Stage stage) {
    var crew = stage.crew();
    crew.checkOpenFiles(groups * members);
    var users = crew.connect(crew.accounts(groups * members), members);
    stage.together().each("logging in", users, Together.LOGINS, crew::enter);
    var load = Talk.Load.of(settings, stage);
    var rooms =
        IntStream.range(0, groups)
            .mapToObj(i -> room(stage, i, users.subList(i * members, (i + 1) * members), load))
            .toList();
    return new Talk(rooms, load);
  }

  private Room room(Stage stage, int number, List<VirtualUser> users, Talk.Load load) {
    var crew = stage.crew();
    var group = crew.createGroup(users.getFirst(), number);
    var join = new Command.JoinGroup(group);
    var others = users.subList(1, members);
    var what = "filling group " + (number + 1) + " of " + groups;
    stage.together().each(what, others, Together.LOGINS, user -> crew.tell(user, join));
    return new Room(group, users, load);
  }
}
