package io.chatserver.bench.siege;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.IntFunction;

/** Attacks by logged-in accounts. */
final class SessionAttacks {
  private static final Duration LIFETIME = Duration.ofSeconds(10);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final int NO_BUFFER = 2048;
  private static final int BATCH = 40;
  private static final String BIG_TEXT = "w".repeat(16_000);

  private SessionAttacks() {}

  private static String login(AttackPlan.Member member) {
    return "{\"msgid\":1,\"rid\":1,\"token\":\"%s\",\"ack\":true}\n".formatted(member.token());
  }

  /** Logs in by token again and again. */
  static void tokenLogins(Hostile client) throws InterruptedException {
    try (var connection = client.open(LIFETIME)) {
      if (connection != null && connection.send(login(client.anyMember()))) {
        connection.read(SECOND.multipliedBy(5));
      }
    }
  }

  /** Opens many sessions of one account. */
  static void manySessions(Hostile client) throws InterruptedException {
    var member = client.member();
    client.together(
        Hostile.MAX_CONNECTIONS,
        LIFETIME,
        0,
        connection -> {
          connection.send(login(member));
          connection.readToTheEnd();
        });
  }

  /** Requests pages of long texts, sends some texts, and reads nothing. */
  static void unreadHistory(Hostile client) throws InterruptedException {
    var send = send(client.anyMember().id(), BIG_TEXT);
    unread(client, history(client).repeat(20) + send.repeat(3));
  }

  /** Requests lists, and reads nothing. */
  static void unreadLists(Hostile client) throws InterruptedException {
    var lists =
        "{\"msgid\":15,\"rid\":2}\n{\"msgid\":16,\"rid\":3}\n{\"msgid\":22,\"rid\":4}\n"
            + "{\"msgid\":17,\"rid\":5,\"groupid\":%d}\n".formatted(client.plan().group());
    unread(client, lists.repeat(200));
  }

  private static void unread(Hostile client, String requests) throws InterruptedException {
    var bytes = requests.getBytes(StandardCharsets.US_ASCII);
    client.together(
        20,
        LIFETIME,
        NO_BUFFER,
        connection -> {
          connection.send(login(client.anyMember()));
          connection.read(SECOND);
          while (connection.send(bytes) && !client.isOver()) {
            connection.hold(SECOND);
          }
        });
  }

  private static String history(Hostile client) {
    return "{\"msgid\":21,\"rid\":2,\"conversation\":\"g%d\",\"limit\":100}\n"
        .formatted(client.plan().group());
  }

  /** Requests history, and reads it at full speed. */
  static void readHistory(Hostile client) throws InterruptedException {
    storm(client, _ -> history(client), 4);
  }

  static void addedFriends(Hostile client) throws InterruptedException {
    var members = client.plan().members();
    storm(
        client,
        i -> {
          long id = members.get(i % members.size()).id();
          return "{\"msgid\":7,\"rid\":%d,\"friendid\":%d}\n".formatted(i, id);
        },
        BATCH);
  }

  static void createdGroups(Hostile client) throws InterruptedException {
    storm(
        client,
        i -> {
          long number = client.random().nextLong(Long.MAX_VALUE);
          return i % 2 == 0
              ? "{\"msgid\":8,\"rid\":%d,\"groupname\":\"g%d\",\"groupdesc\":\"\"}\n"
                  .formatted(i, number)
              : "{\"msgid\":9,\"rid\":%d,\"groupid\":%d}\n".formatted(i, client.plan().group());
        },
        BATCH);
  }

  /** Sends short and long texts at full speed. */
  static void directSends(Hostile client) throws InterruptedException {
    long to = client.anyMember().id();
    storm(client, i -> send(to, i % BATCH == 0 ? BIG_TEXT : "hello " + i), BATCH);
  }

  private static String send(long to, String text) {
    return "{\"msgid\":6,\"rid\":3,\"toid\":%d,\"msg\":\"%s\"}\n".formatted(to, text);
  }

  /** Sends to all members at full speed. */
  static void groupSends(Hostile client) throws InterruptedException {
    long group = client.plan().group();
    storm(
        client,
        i -> "{\"msgid\":10,\"rid\":3,\"groupid\":%d,\"msg\":\"hello %d\"}\n".formatted(group, i),
        BATCH);
  }

  /** Sends batches of requests as fast as replies come, on a few connections. */
  private static void storm(Hostile client, IntFunction<String> request, int batch)
      throws InterruptedException {
    client.together(
        4,
        LIFETIME,
        0,
        connection -> {
          connection.send(login(client.member()));
          boolean good = connection.read(SECOND);
          for (int i = 0; good && !client.isOver(); i += batch) {
            var requests = new StringBuilder();
            for (int j = 0; j < batch; j++) {
              requests.append(request.apply(i + j));
            }
            good = connection.send(requests.toString()) && connection.read(SECOND);
          }
        });
  }
}
