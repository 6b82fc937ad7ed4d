package io.chatserver.bench.siege;

import java.time.Duration;

/** Attacks by connections, and by requests that are allowed before the login. */
final class DoorAttacks {
  private static final Duration LIFETIME = Duration.ofSeconds(10);
  private static final Duration MOMENT = Duration.ofMillis(20);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final int TRIES = 20;

  private DoorAttacks() {}

  /**
   * Connects and closes, not too often, because each connection leaves a port of this machine
   * unusable for a moment.
   */
  static void connectAndClose(Hostile client) throws InterruptedException {
    try (var connection = client.openBare(LIFETIME)) {
      if (connection != null && client.random().nextBoolean()) {
        connection.reset();
      }
    }
    client.pause(MOMENT);
  }

  /** Closes the sending half and waits, like a health check of a balancer. */
  static void halfClose(Hostile client) throws InterruptedException {
    try (var connection = client.openBare(LIFETIME)) {
      if (connection != null && connection.endOutput()) {
        connection.readToTheEnd();
      }
    }
    client.pause(MOMENT);
  }

  /** Holds as many connections as possible, with one ping or none. */
  static void noLogin(Hostile client) throws InterruptedException {
    client.together(
        Hostile.MAX_CONNECTIONS,
        Duration.ofSeconds(15),
        0,
        connection -> {
          if (client.random().nextBoolean()) {
            connection.send("{\"msgid\":12,\"rid\":1}\n");
          }
          connection.readToTheEnd();
        });
  }

  static void guessedPasswords(Hostile client) throws InterruptedException {
    var victims = client.plan().victims();
    logins(client, () -> victims.get(client.random().nextInt(victims.size())));
  }

  static void unknownNames(Hostile client) throws InterruptedException {
    logins(client, () -> "unknown-" + client.random().nextInt(1_000_000));
  }

  private interface Names {
    String next();
  }

  private static void logins(Hostile client, Names names) throws InterruptedException {
    client.together(
        16,
        LIFETIME,
        0,
        connection -> {
          for (int i = 0; i < TRIES && !client.isOver(); i++) {
            if (!connection.send(login(names.next(), client)) || !connection.read(LIFETIME)) {
              return;
            }
          }
        });
  }

  private static String login(String name, Hostile client) {
    return "{\"msgid\":1,\"rid\":1,\"name\":\"%s\",\"password\":\"guess number %d\"}\n"
        .formatted(name, client.random().nextInt());
  }

  /** Closes the connection before the password is checked. */
  static void abandonedHashes(Hostile client) throws InterruptedException {
    try (var connection = client.open(LIFETIME)) {
      if (connection != null) {
        connection.send(login("unknown-" + client.random().nextInt(1_000_000), client));
        connection.hold(MOMENT);
        connection.reset();
      }
    }
  }

  /** Registers accounts without end. */
  static void registrations(Hostile client) throws InterruptedException {
    client.together(
        8,
        LIFETIME,
        0,
        connection -> {
          for (int i = 0; i < TRIES && !client.isOver(); i++) {
            var name = "new-" + client.number() + "-" + client.random().nextLong(Long.MAX_VALUE);
            var register =
                "{\"msgid\":4,\"rid\":1,\"name\":\"%s\",\"password\":\"secret of %s\"}\n"
                    .formatted(name, name);
            if (!connection.send(register) || !connection.read(SECOND.multipliedBy(5))) {
              return;
            }
          }
        });
  }
}
