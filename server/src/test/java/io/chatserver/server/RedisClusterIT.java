package io.chatserver.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chatserver.bench.process.MariaDb;
import io.chatserver.bench.process.Redis;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers joined by a Redis Cluster, with sharded pub/sub. */
class RedisClusterIT {
  private static final int NODES = 4;

  @TempDir private static Path directory;
  private static MariaDb mariaDb;
  private static List<Redis> redises;
  private static final List<TestServer> servers = new ArrayList<>();

  @BeforeAll
  static void start() {
    mariaDb = MariaDb.start(directory);
    mariaDb.createDatabase("chat");
    redises = Redis.startCluster(directory);
    var url =
        redises.stream()
            .map(redis -> "127.0.0.1:" + redis.port())
            .collect(Collectors.joining(",", "redis-cluster://", ""));
    for (int i = 1; i <= NODES; i++) {
      servers.add(TestServer.start(TestServer.nodeSettings(mariaDb, url, "node-" + i)));
    }
  }

  @AfterAll
  static void stop() {
    servers.forEach(TestServer::close);
    redises.forEach(Redis::close);
    mariaDb.close();
  }

  /** Four channels on three masters: some are not where the first command went. */
  @Test
  void everyNodeHearsEveryOther() {
    var users = servers.stream().map(server -> server.loggedIn("user")).toList();
    var first = users.getFirst();
    var group = first.createGroup("group of " + first.name());
    users.stream().skip(1).forEach(user -> user.join(group));
    long before = publishes();
    for (var speaker : users) {
      speaker.say(group, "from " + speaker.name());
      for (var listener : users) {
        if (listener != speaker) {
          assertThat(nextFromAnother(listener)).isEqualTo("from " + speaker.name());
        }
      }
    }
    assertThat(publishes() - before).isGreaterThanOrEqualTo(NODES * (NODES - 1));
    users.forEach(TestUser::close);
  }

  /**
   * A text that is stored before its speaker heard who had joined is pushed to its speaker, too.
   */
  private static String nextFromAnother(TestUser listener) {
    var message = listener.nextMessage();
    return message.sender().equals(listener.id()) ? nextFromAnother(listener) : message.text();
  }

  @Test
  void presenceIsOfTheWholeCluster() {
    try (var alice = servers.getFirst().loggedIn("alice");
        var bob = servers.getLast().loggedIn("bob")) {
      alice.befriend(bob);
      await().until(() -> alice.sees(bob));
      bob.logOut();
      await().until(() -> !alice.sees(bob));
    }
  }

  private static long publishes() {
    return redises.stream().mapToLong(Redis::publishes).sum();
  }
}
