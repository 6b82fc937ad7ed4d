package io.chatserver.bench;

import io.chatserver.protocol.Command;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
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
    stage.together().each("logging in", users, crew.wire().loginsAtOnce(), crew::enter);
    var load = Talk.Load.of(settings, stage);
    var rooms = new ConcurrentLinkedQueue<Room>();
    var numbers = IntStream.range(0, groups).boxed().toList();
    stage
        .together()
        .each(
            "filling the groups",
            numbers,
            crew.wire().loginsAtOnce(),
            i -> {
              var ofGroup = users.subList(i * members, (i + 1) * members);
              rooms.add(room(crew, i, ofGroup, load));
            });
    return new Talk(List.copyOf(rooms), load);
  }

  private static Room room(Crew crew, int number, List<VirtualUser> users, Talk.Load load) {
    var group = crew.createGroup(users.getFirst(), number);
    users.stream().skip(1).forEach(user -> crew.tell(user, new Command.JoinGroup(group)));
    return new Room(group, users, load);
  }
}
