package io.chatserver.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.Command;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Malformed input from one connection is noticed by no other. */
class HostileInputTest {
  private static TestServer server;
  private static TestUser alice;
  private static TestUser bob;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    alice = server.loggedIn("alice");
    bob = server.loggedIn("bob");
  }

  @AfterAll
  static void stop() {
    alice.close();
    bob.close();
    server.close();
  }

  static Stream<Arguments> attacks() {
    return Stream.of(
        attack("nothing at all", _ -> {}),
        attack("half an object", user -> user.write("{\"msgid\":6,\"toid\":")),
        attack("half an object and a NUL", user -> user.write("{\"msgid\":6,\"toid\":\0")),
        attack("an endless string", user -> user.write("{\"msg\":\"" + "x".repeat(200_000))),
        attack("an endless blank", user -> user.write(" ".repeat(2_000_000))),
        attack("a million NULs", user -> user.write("\0".repeat(1_000_000))),
        attack("a frame over the limit", user -> user.write(direct("x".repeat(70_000)))),
        attack("deep nesting", user -> user.write("{\"a\":".repeat(10_000) + "\n")),
        attack("deep arrays", user -> user.write("{\"a\":" + "[".repeat(60_000) + "}\n")),
        attack("closing braces", user -> user.write("}".repeat(10_000) + "\n")),
        attack("a long number", user -> user.write("{\"msgid\":" + "9".repeat(60_000) + "}\n")),
        attack("a long name", user -> user.write("{\"" + "n".repeat(60_000) + "\":1}\n")),
        attack("the web", user -> user.write("GET / HTTP/1.1\r\nHost: here\r\n\r\n")),
        attack("TLS", user -> user.write(new byte[] {22, 3, 1, 2, 0, 1, 0, 1, -4, 3, 3})),
        attack("random bytes", user -> user.write(random(500_000))),
        attack("random JSON", user -> user.write(randomJson(2_000))),
        attack("a thousand errors", user -> user.write("{\"msgid\":0}\n".repeat(1_000))),
        attack("wrong types", user -> user.write("{\"msgid\":[{}],\"rid\":{}}\n".repeat(50))),
        attack("half a character", user -> user.write(direct("\\ud83d"))),
        attack(
            "an overlong character",
            user -> user.write(direct("\u00c0\u00af").getBytes(ISO_8859_1))),
        attack("a byte order mark", user -> user.write("\ufeff" + direct("x"))),
        attack("a reset", TestUser::reset),
        attack(
            "a reset in the middle",
            user -> {
              user.write("{\"msgid\":6,");
              user.reset();
            }),
        attack(
            "a login that is not waited for",
            user -> {
              user.actAs(bob);
              user.send(new Command.Login(new Command.Identity.ById(bob.id()), "wrong"));
              user.reset();
            }));
  }

  private static Arguments attack(String name, Consumer<TestUser> attack) {
    return Arguments.argumentSet(name, attack);
  }

  private static String direct(String text) {
    return "{\"msgid\":6,\"toid\":2147483647,\"msg\":\"" + text + "\"}\n";
  }

  private static byte[] random(int length) {
    var bytes = new byte[length];
    new Random(7).nextBytes(bytes);
    return bytes;
  }

  private static String randomJson(int objects) {
    var random = new Random(8);
    var fields =
        new String[] {
          "msgid",
          "rid",
          "id",
          "toid",
          "to",
          "friendid",
          "groupid",
          "after",
          "name",
          "password",
          "groupname",
          "groupdesc",
          "msg",
          "time"
        };
    var values =
        new String[] {
          "1",
          "0",
          "-1",
          "3.5",
          "1e9",
          "99999999999",
          "null",
          "true",
          "\"\"",
          "\"7\"",
          "\"x\"",
          "[]",
          "{}",
          "[[1]]",
          "{\"a\":1}",
          "\"\\u0000\""
        };
    var json = new StringBuilder();
    for (int i = 0; i < objects; i++) {
      json.append("{\"msgid\":").append(random.nextInt(20));
      for (int field = random.nextInt(6); field > 0; field--) {
        json.append(",\"").append(fields[random.nextInt(fields.length)]).append("\":");
        json.append(values[random.nextInt(values.length)]);
      }
      json.append('}').append(random.nextBoolean() ? "\n" : "\0");
    }
    return json.toString();
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void isNoticedByNobodyElse(Consumer<TestUser> attack) {
    for (var attacker : new TestUser[] {server.connect(), server.loggedIn("mallory")}) {
      try (attacker) {
        attackOrBeSentAway(attacker, attack);
        healthyPairGoesOn();
      }
      healthyPairGoesOn();
    }
  }

  /** The server may hang up before the attacker has said all that he wanted to. */
  private static void attackOrBeSentAway(TestUser attacker, Consumer<TestUser> attack) {
    try {
      attack.accept(attacker);
    } catch (TestUser.HungUp _) {
      // So it did.
    }
  }

  private static void healthyPairGoesOn() {
    for (int i = 0; i < 3; i++) {
      alice.say(bob, "hello " + i);
      assertThat(bob.nextText()).isEqualTo("hello " + i);
      bob.say(alice, "hello to you " + i);
      assertThat(alice.nextText()).isEqualTo("hello to you " + i);
    }
  }
}
