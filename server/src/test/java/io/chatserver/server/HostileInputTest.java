package io.chatserver.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Place;
import io.chatserver.protocol.Reply;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
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
        attack("many small objects at once", user -> user.write("{}".repeat(33_000))),
        attack("many pings at once", user -> user.write("{\"msgid\":12}".repeat(6_000))),
        attack("wrong types", user -> user.write("{\"msgid\":[{}],\"rid\":{}}\n".repeat(50))),
        attack("half a character", user -> user.write(direct("\\ud83d"))),
        attack(
            "an overlong character",
            user -> user.write(direct("\u00c0\u00af").getBytes(ISO_8859_1))),
        attack("a byte order mark", user -> user.write("\ufeff" + direct("x"))),
        attack(
            "acknowledgements of what others said",
            user ->
                user.write("{\"msgid\":18,\"received\":" + PLACES + ",\"read\":" + PLACES + "}\n")),
        attack("more places than fit", user -> user.write(acknowledging(10_000))),
        attack("many places again and again", user -> user.write(acknowledging(2_000).repeat(100))),
        attack("more cursors than fit", user -> user.write(cursors(2_000, "x"))),
        attack("many cursors", user -> user.write(cursors(1_000, "x").repeat(100))),
        attack("many logins by token", user -> user.write(cursors(0, "nonsense").repeat(10_000))),
        attack("a long token", user -> user.write(cursors(0, "x".repeat(16_000)))),
        attack(
            "the history of others",
            user ->
                user.write(
                    "{\"msgid\":21,\"rid\":1,\"conversation\":\"d1-2\",\"limit\":100}\n"
                        .repeat(1_000))),
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

  /** Alice and Bob are the first users. */
  private static final String PLACES = "{\"d1-2\":9223372036854775807,\"g1\":7,\"d1-1\":0}";

  private static String places(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(group -> "\"g" + group + "\":" + Long.MAX_VALUE)
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String acknowledging(int count) {
    return "{\"msgid\":18,\"received\":" + places(count) + "}\n";
  }

  private static String cursors(int count, String token) {
    var cursors = places(count).replace("" + Long.MAX_VALUE, "1");
    return "{\"msgid\":1,\"rid\":1,\"ack\":true,\"token\":\""
        + token
        + "\",\"cursors\":"
        + cursors
        + "}\n";
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
          "time",
          "cid",
          "received",
          "read",
          "cursors",
          "ack",
          "token",
          "conversation",
          "before",
          "limit"
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
          PLACES,
          "\"d1-2\"",
          "\"\\u0000\""
        };
    var json = new StringBuilder();
    for (int i = 0; i < objects; i++) {
      json.append("{\"msgid\":").append(random.nextInt(25));
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

  @Test
  void movesNobodysPlace() {
    var conversation = ConversationId.direct(alice.id(), bob.id());
    alice.say(bob, "one");
    bob.nextText();
    try (var mallory = server.loggedIn("mallory")) {
      mallory.acknowledge(Map.of(conversation, 1L), Map.of(conversation, Long.MAX_VALUE));
      bob.acknowledge(Map.of(conversation, Long.MAX_VALUE), Map.of());
      long head = alice.say(bob, "two").seq();
      bob.nextText();

      await()
          .untilAsserted(() -> {
            var state =
                ((Reply.Conversations) alice.request(new Command.ListConversations(null)))
                    .conversations().stream()
                        .filter(each -> each.conversation().equals(conversation))
                        .findFirst()
                        .orElseThrow();
            assertThat(state.peer()).isEqualTo(new Place(head, 0));
            assertThat(state.head()).isEqualTo(head);
          });
      assertThat(mallory.refusal(new Command.History(conversation, null, null, 1)))
          .isEqualTo(ErrorCode.NOT_A_MEMBER);
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
