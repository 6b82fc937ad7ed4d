package io.chatserver.bench.siege;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** Attacks with bytes, before any login. */
final class ByteAttacks {
  private static final Duration LIFETIME = Duration.ofSeconds(10);
  private static final Duration MOMENT = Duration.ofMillis(50);
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** As little as the system allows, so that replies wait in the server. */
  private static final int NO_BUFFER = 2048;

  private static final String PING = "{\"msgid\":12,\"rid\":1}\n";

  /** Objects of two bytes, 64 KiB in total; the server answers each. */
  private static final byte[] TINY_OBJECTS = bytes(("{}".repeat(100) + PING).repeat(300));

  /** Makes the server's read buffer grow, so that it reads much at a time. */
  private static final byte[] BLANKS = bytes(PING + " \n".repeat(50_000));

  private static final byte[] PINGS = bytes(PING.repeat(1000));

  private static final byte[] BIG_OBJECT =
      bytes("{\"msgid\":12," + "\"rid\":\"x\",".repeat(1600) + "\"z\":1}\n");

  private static final byte[] HALF_FRAME =
      bytes("{\"msgid\":1,\"rid\":1,\"name\":\"" + "x".repeat(15_000));

  private static final byte[] OVERSIZED =
      bytes("{\"msgid\":6,\"rid\":1,\"toid\":1,\"msg\":\"" + "y".repeat(200_000) + "\"}\n");

  /** The beginning of a hello of TLS 1.2. */
  private static final byte[] TLS_HELLO = {0x16, 3, 1, 0, (byte) 200, 1, 0, 0, (byte) 196, 3, 3};

  private static final List<byte[]> OTHERS =
      List.of(
          TLS_HELLO,
          bytes("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
          bytes("SSH-2.0-OpenSSH_9.2\r\n"),
          bytes("PROXY TCP4 10.9.8.7 127.0.0.1 0 0\r\n" + PING),
          bytes(
              """
              POST / HTTP/1.1\r
              Host: localhost\r
              Content-Type: text/plain\r
              Content-Length: 60\r
              \r
              {"msgid":4,"rid":1,"name":"form","password":"of a web page"}
              """));

  private ByteAttacks() {}

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Sends many requests at once, and does not read the replies. */
  static void unreadReplies(Hostile client) throws InterruptedException {
    client.together(
        30,
        LIFETIME,
        NO_BUFFER,
        connection -> {
          connection.send(BLANKS);
          connection.hold(SECOND);
          while (connection.send(TINY_OBJECTS) && !client.isOver()) {
            connection.hold(SECOND);
          }
        });
  }

  /** Begins objects and does not end them. */
  static void halfFrames(Hostile client) throws InterruptedException {
    client.together(
        20,
        LIFETIME,
        0,
        connection -> {
          connection.send(HALF_FRAME);
          connection.hold(LIFETIME);
        });
  }

  static void garbage(Hostile client) throws InterruptedException {
    try (var connection = client.open(LIFETIME)) {
      var bytes = new byte[8192];
      while (connection != null && !client.isOver()) {
        client.random().nextBytes(bytes);
        if (!connection.send(bytes) || !connection.read(MOMENT)) {
          return;
        }
      }
    }
  }

  /** Sends pings without end, and reads the replies. */
  static void pings(Hostile client) throws InterruptedException {
    flood(client, PINGS);
  }

  /** Sends objects that cost the most for their length. */
  static void bigObjects(Hostile client) throws InterruptedException {
    flood(client, BIG_OBJECT);
  }

  private static void flood(Hostile client, byte[] bytes) throws InterruptedException {
    client.together(
        4,
        LIFETIME,
        0,
        connection -> {
          var reader = Thread.ofVirtual().start(() -> readAll(connection));
          while (connection.send(bytes) && !client.isOver()) {
            // Continues until the connection is closed or the time is over.
          }
          reader.interrupt();
        });
  }

  private static void readAll(HostileConnection connection) {
    try {
      connection.readToTheEnd();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  static void oversizedFrames(Hostile client) throws InterruptedException {
    try (var connection = client.open(LIFETIME)) {
      if (connection != null && connection.send(OVERSIZED)) {
        connection.read(SECOND);
      }
    }
  }

  /** Sends one byte after the other, slowly. */
  static void slowBytes(Hostile client) throws InterruptedException {
    var request =
        bytes("{\"msgid\":1,\"rid\":1,\"name\":\"slow\",\"password\":\"slow by slow\"}\n");
    client.together(
        20,
        Duration.ofSeconds(30),
        0,
        connection -> {
          for (int i = 0; i < request.length && !client.isOver(); i++) {
            if (!connection.send(Arrays.copyOfRange(request, i, i + 1))) {
              return;
            }
            connection.hold(Duration.ofMillis(500));
          }
        });
  }

  /** Sends the first bytes of other protocols, and of TLS on a TLS port. */
  static void otherProtocols(Hostile client) throws InterruptedException {
    try (var connection = client.openBare(Duration.ofSeconds(5))) {
      if (connection != null
          && connection.send(OTHERS.get(client.random().nextInt(OTHERS.size())))) {
        connection.read(SECOND);
      }
    }
  }
}
