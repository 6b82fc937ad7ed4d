package io.chatserver.bench.siege;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * The plan of the hostile process.
 *
 * @param doors the ports of the server
 * @param victims names of the well-behaved accounts, whose passwords are guessed
 * @param members accounts of the hostile side
 * @param group the number of a group of the members, with a long history
 * @param clients hostile clients at a time
 * @param share the share of one core that all of them may use together
 */
record AttackPlan(
    List<Door> doors,
    List<String> victims,
    List<Member> members,
    long group,
    int clients,
    Duration length,
    double share,
    long seed) {
  AttackPlan {
    doors = List.copyOf(doors);
    victims = List.copyOf(victims);
    members = List.copyOf(members);
  }

  /**
   * An account of the hostile side.
   *
   * @param id its number
   * @param token a session token
   */
  record Member(long id, String token) {
    private static Member parse(String text) {
      var parts = text.split(":", 2);
      return new Member(Long.parseLong(parts[0]), parts[1]);
    }

    @Override
    public String toString() {
      return id + ":" + token;
    }
  }

  void write(Path file) throws IOException {
    var all = new Properties();
    all.setProperty("doors", joined(doors));
    all.setProperty("victims", joined(victims));
    all.setProperty("members", joined(members));
    all.setProperty("group", Long.toString(group));
    all.setProperty("clients", Integer.toString(clients));
    all.setProperty("millis", Long.toString(length.toMillis()));
    all.setProperty("share", Double.toString(share));
    all.setProperty("seed", Long.toString(seed));
    try (var writer = Files.newBufferedWriter(file)) {
      all.store(writer, null);
    }
  }

  static AttackPlan read(Path file) throws IOException {
    var all = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      all.load(reader);
    }
    return new AttackPlan(
        split(all, "doors").stream().map(Door::parse).toList(),
        split(all, "victims"),
        split(all, "members").stream().map(Member::parse).toList(),
        Long.parseLong(value(all, "group")),
        Integer.parseInt(value(all, "clients")),
        Duration.ofMillis(Long.parseLong(value(all, "millis"))),
        Double.parseDouble(value(all, "share")),
        Long.parseLong(value(all, "seed")));
  }

  private static String joined(List<?> values) {
    return values.stream().map(Object::toString).collect(Collectors.joining(","));
  }

  private static List<String> split(Properties all, String key) {
    return Arrays.asList(value(all, key).split(",", -1));
  }

  private static String value(Properties all, String key) {
    var value = all.getProperty(key);
    if (value == null) {
      throw new IllegalArgumentException("no " + key);
    }
    return value;
  }
}
