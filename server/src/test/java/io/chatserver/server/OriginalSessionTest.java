package io.chatserver.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.Command;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The session of the original that was captured on its wire, said again to our server. */
class OriginalSessionTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-21T02:07:49Z"), ZoneOffset.UTC);

  private static final String HELLO =
      "{\"id\":1,\"msg\":\"hello bob local\",\"msgid\":6,\"name\":\"alice\","
          + "\"time\":\"2026-11-21 02:07:49\",\"toid\":2}";
  private static final String HI_GROUP =
      "{\"groupid\":1,\"id\":1,\"msg\":\"hi group\",\"msgid\":10,\"name\":\"alice\","
          + "\"time\":\"2026-11-21 02:07:49\"}";
  private static final String ALICE_LOGS_IN = "{\"id\":1,\"msgid\":1,\"password\":\"pwA\"}";
  private static final String BOB_LOGS_IN = "{\"id\":2,\"msgid\":1,\"password\":\"pwB\"}";
  private static final String ALICE_IS_IN =
      """
      {"errno":0,"friends":["{\\"id\\":2,\\"name\\":\\"bob\\",\\"state\\":\\"online\\"}",\
      "{\\"id\\":3,\\"name\\":\\"carol\\",\\"state\\":\\"offline\\"}"],\
      "groups":["{\\"groupdesc\\":\\"first group\\",\\"groupname\\":\\"g1\\",\\"id\\":1,\
      \\"users\\":[\\"{\\\\\\"id\\\\\\":1,\\\\\\"name\\\\\\":\\\\\\"alice\\\\\\",\
      \\\\\\"role\\\\\\":\\\\\\"creator\\\\\\",\\\\\\"state\\\\\\":\\\\\\"online\\\\\\"}\\",\
      \\"{\\\\\\"id\\\\\\":2,\\\\\\"name\\\\\\":\\\\\\"bob\\\\\\",\
      \\\\\\"role\\\\\\":\\\\\\"normal\\\\\\",\\\\\\"state\\\\\\":\\\\\\"online\\\\\\"}\\"]}"],\
      "id":1,"msgid":2,"name":"alice"}\
      """;

  static Stream<Arguments> ways() {
    return Stream.of(
        way("with a NUL", (user, request) -> user.write(request + "\0")),
        way("with nothing", LegacyUser::write),
        way("behind blanks", (user, request) -> user.write("\0 \t\0" + request + "\0")),
        way(
            "byte by byte",
            (user, request) ->
                (request + "\0").chars().forEach(c -> user.write(Character.toString(c)))));
  }

  private static Arguments way(String name, BiConsumer<LegacyUser, String> send) {
    return Arguments.argumentSet(name, send);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void goesAsWithTheOriginal(BiConsumer<LegacyUser, String> send) {
    try (var server = TestServer.start(CLOCK);
        var alice = server.legacy();
        var bob = server.legacy()) {
      send.accept(alice, "{\"msgid\":4,\"name\":\"alice\",\"password\":\"pwA\"}");
      assertThat(alice.nextRead()).isEqualTo("{\"errno\":0,\"id\":1,\"msgid\":5}");
      send.accept(alice, "{\"msgid\":4,\"name\":\"alice\",\"password\":\"pwA\"}");
      assertThat(alice.nextRead()).isEqualTo("{\"errno\":1,\"msgid\":5}");
      send.accept(bob, "{\"msgid\":4,\"name\":\"bob\",\"password\":\"pwB\"}");
      assertThat(bob.nextRead()).isEqualTo("{\"errno\":0,\"id\":2,\"msgid\":5}");
      send.accept(bob, "{\"msgid\":4,\"name\":\"carol\",\"password\":\"pwC\"}");
      assertThat(bob.nextRead()).isEqualTo("{\"errno\":0,\"id\":3,\"msgid\":5}");
      send.accept(bob, "{\"id\":2,\"msgid\":1,\"password\":\"pwX\"}");
      assertThat(bob.nextRead())
          .isEqualTo("{\"errmsg\":\"id or password is invalid!\",\"errno\":1,\"msgid\":2}");
      send.accept(bob, BOB_LOGS_IN);
      assertThat(bob.nextRead()).isEqualTo("{\"errno\":0,\"id\":2,\"msgid\":2,\"name\":\"bob\"}");

      send.accept(alice, ALICE_LOGS_IN);
      assertThat(alice.nextRead())
          .isEqualTo("{\"errno\":0,\"id\":1,\"msgid\":2,\"name\":\"alice\"}");
      send.accept(alice, "{\"friendid\":2,\"id\":1,\"msgid\":7}");
      send.accept(alice, "{\"friendid\":3,\"id\":1,\"msgid\":7}");
      send.accept(
          alice, "{\"groupdesc\":\"first group\",\"groupname\":\"g1\",\"id\":1,\"msgid\":8}");
      send.accept(
          alice,
          "{\"id\":1,\"msg\":\"hello bob local\",\"msgid\":6,\"name\":\"alice\","
              + "\"time\":\"2026-11-21 02:07:40\",\"toid\":2}");
      assertThat(bob.nextRead()).isEqualTo(HELLO);
      send.accept(bob, "{\"groupid\":1,\"id\":2,\"msgid\":9}");
      send.accept(bob, "{\"id\":2,\"msgid\":3}");
      send.accept(bob, BOB_LOGS_IN);
      assertThat(bob.nextRead()).contains("\"id\":2,\"msgid\":2,\"name\":\"bob\"").contains("g1");
      send.accept(
          alice,
          "{\"groupid\":1,\"id\":1,\"msg\":\"hi group\",\"msgid\":10,\"name\":\"alice\","
              + "\"time\":\"2026-11-21 02:07:40\"}");
      assertThat(bob.nextRead()).isEqualTo(HI_GROUP);

      send.accept(alice, "{\"id\":1,\"msgid\":3}");
      send.accept(alice, ALICE_LOGS_IN);
      assertThat(alice.nextRead()).isEqualTo(ALICE_IS_IN);
    }
  }

  @Test
  void offlineMessagesStandInTheAnswerOfTheLogin() {
    try (var server = TestServer.start(CLOCK);
        var alice = server.legacy();
        var phone = server.connect();
        var bob = server.legacy()) {
      alice.write("{\"msgid\":4,\"name\":\"alice\",\"password\":\"pwA\"}\0");
      alice.nextRead();
      phone.request(new Command.Login(new Command.Identity.ByName("alice"), "pwA"));
      bob.write("{\"msgid\":4,\"name\":\"bob\",\"password\":\"pwB\"}\0");
      bob.nextRead();
      alice.write(ALICE_LOGS_IN);
      alice.nextRead();

      alice.write("{\"id\":1,\"msg\":\"hello bob local\",\"msgid\":6,\"toid\":2}\0");
      // Another device of hers shows when it is stored.
      assertThat(phone.nextText()).isEqualTo("hello bob local");
      bob.write(BOB_LOGS_IN);

      assertThat(bob.nextRead())
          .isEqualTo(
              "{\"errno\":0,\"id\":2,\"msgid\":2,\"name\":\"bob\",\"offlinemsg\":[\""
                  + HELLO.replace("\"", "\\\"")
                  + "\"]}");
      bob.write("{\"id\":2,\"msgid\":3}\0" + BOB_LOGS_IN + "\0");
      assertThat(bob.nextRead()).isEqualTo("{\"errno\":0,\"id\":2,\"msgid\":2,\"name\":\"bob\"}");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\0", "", "\0\0 \0"})
  void goesWithAllRequestsInOneSegment(String between) {
    try (var server = TestServer.start(CLOCK);
        var bob = server.legacy();
        var alice = server.legacy()) {
      alice.write("{\"msgid\":4,\"name\":\"alice\",\"password\":\"pwA\"}");
      alice.nextRead();
      bob.register("bob");
      bob.logIn();

      alice.write(
          String.join(
              between,
              ALICE_LOGS_IN,
              "{\"friendid\":2,\"id\":1,\"msgid\":7}",
              "{\"groupdesc\":\"first group\",\"groupname\":\"g1\",\"id\":1,\"msgid\":8}",
              "{\"id\":1,\"msg\":\"one\",\"msgid\":6,\"toid\":2}",
              "{\"groupid\":1,\"id\":1,\"msg\":\"in vain\",\"msgid\":10}",
              "{\"id\":1,\"msg\":\"two\",\"msgid\":6,\"toid\":2}",
              "{\"id\":1,\"msgid\":3}",
              ALICE_LOGS_IN));

      assertThat(alice.next().has("friends")).isFalse();
      var again = alice.next();
      assertThat(LegacyUser.parseString(again.get("friends").get(0)).get("name").textValue())
          .isEqualTo("bob");
      assertThat(LegacyUser.parseString(again.get("groups").get(0)).get("groupname").textValue())
          .isEqualTo("g1");
      assertThat(bob.nextText()).isEqualTo("one");
      assertThat(bob.nextText()).isEqualTo("two");
    }
  }

  @Test
  void goesWithEveryRequestCutAtEveryByte() {
    // One event loop: when it answers a ping, it has read what came before.
    try (var server = TestServer.start("listen.threads=1");
        var clock = server.connect();
        var bob = server.legacyLoggedIn("bob");
        var alice = server.legacyLoggedIn("alice")) {
      bob.createGroup("g", "");
      bob.logOut();
      bob.logIn();
      alice.joinGroup(1);
      cut(clock, alice, "{\"friendid\":" + bob.id() + ",\"id\":1,\"msgid\":7}\0", () -> {});
      cut(
          clock,
          alice,
          "{\"id\":7,\"msg\":\"{\\\"q\\\\\",\"msgid\":6,\"name\":\"ä\",\"toid\":"
              + bob.id()
              + "}\0",
          () -> assertThat(bob.nextText()).isEqualTo("{\"q\\"));
      cut(
          clock,
          alice,
          "{\"groupid\":1,\"id\":7,\"msg\":\"to all\",\"msgid\":10}\0",
          () -> assertThat(bob.nextTextInGroup()).isEqualTo("to all"));
      cut(
          clock,
          alice,
          "{\"msgid\":4,\"name\":\"" + bob.name() + "\",\"password\":\"x\"}\0",
          () -> assertThat(alice.next().get("errno").intValue()).isEqualTo(1));
      cut(clock, alice, "{\"id\":2,\"msgid\":3}\0", alice::logIn);
    }
  }

  private static void cut(TestUser clock, LegacyUser user, String request, Runnable check) {
    for (int at = 1; at < request.length(); at++) {
      user.write(request.substring(0, at));
      assertThat(clock.isServed()).isTrue();
      user.write(request.substring(at));
      check.run();
    }
  }

  @ParameterizedTest
  @EnumSource
  void servesEachNumbering(LegacyUser.Numbering numbering) {
    try (var server = TestServer.start("legacy.numbering=" + numbering.numbers());
        var alice = server.legacyLoggedIn("alice", numbering);
        var bob = server.legacyLoggedIn("bob", numbering)) {
      alice.addFriend(bob.id());
      alice.createGroup("g1", "first group");
      alice.logOut();
      var groups = alice.logIn().get("groups");
      int group = LegacyUser.parseString(groups.get(0)).get("id").intValue();
      bob.joinGroup(group);
      bob.logOut();
      assertThat(bob.logIn().get("groups")).hasSize(1);

      alice.say(bob.id(), "hello");
      alice.sayInGroup(group, "hi all");
      bob.sayInGroup(group, "hi alice");

      assertThat(bob.nextText()).isEqualTo("hello");
      assertThat(bob.nextTextInGroup()).isEqualTo("hi all");
      assertThat(alice.nextTextInGroup()).isEqualTo("hi alice");
    }
  }

  @Test
  void numbersAreThoseOfEachReceiver() {
    try (var server = TestServer.start();
        var a = server.legacyLoggedIn("a", LegacyUser.Numbering.A);
        var b = server.legacyLoggedIn("b", LegacyUser.Numbering.B);
        var c = server.legacyLoggedIn("c", LegacyUser.Numbering.C);
        var modern = server.loggedIn("modern")) {
      var group = modern.createGroup("g1");
      for (var user : new LegacyUser[] {a, b, c}) {
        user.joinGroup(group.value());
        user.say(modern.id().value(), "joined");
        assertThat(modern.nextText()).isEqualTo("joined");
      }

      a.say(b.id(), "a to b");
      b.say(c.id(), "b to c");
      c.say(a.id(), "c to a");

      assertThat(b.nextText()).isEqualTo("a to b");
      assertThat(c.nextText()).isEqualTo("b to c");
      assertThat(a.nextText()).isEqualTo("c to a");

      b.sayInGroup(group.value(), "b to all");

      assertThat(a.nextTextInGroup()).isEqualTo("b to all");
      assertThat(c.nextTextInGroup()).isEqualTo("b to all");
      assertThat(modern.nextText()).isEqualTo("b to all");
    }
  }

  @Test
  void aPersonAtTelnetNeedsNoClient() {
    try (var server = TestServer.start(CLOCK);
        var alice = server.connect();
        var bob = server.connect()) {
      alice.write("{\"msgid\":4,\"name\":\"alice\",\"password\":\"a\"}\r\n");
      assertThat(alice.nextLine()).isEqualTo("{\"msgid\":5,\"errno\":0,\"id\":1}");
      bob.write(" {\"msgid\" : 4, \"name\" : \"bob\", \"pwd\" : \"b\"} \r\n\r\n");
      assertThat(bob.nextLine()).isEqualTo("{\"msgid\":5,\"errno\":0,\"id\":2}");
      alice.write("{\"msgid\":1,\"id\":1,\"password\":\"a\"}\r\n");
      assertThat(alice.nextLine())
          .isEqualTo("{\"errno\":0,\"id\":1,\"msgid\":2,\"name\":\"alice\"}");
      bob.write("{\"msgid\":1,\"id\":\"2\",\"password\":\"b\"}\r\n");
      assertThat(bob.nextLine()).isEqualTo("{\"errno\":0,\"id\":2,\"msgid\":2,\"name\":\"bob\"}");

      alice.write("{\"msgid\":6,\"to\":2,\"from\":1,\"msg\":\"hello\"}\r\n");
      assertThat(bob.nextLine())
          .isEqualTo(
              "{\"msgid\":6,\"conversation\":\"d1-2\",\"seq\":1,\"id\":1,\"name\":\"alice\","
                  + "\"toid\":2,\"msg\":\"hello\",\"time\":\"2026-11-21 02:07:49\","
                  + "\"ts\":1795226869000}");
      alice.write("{\"msgid\":6,\"to\":99,\"msg\":\"hello\"}\r\n");
      assertThat(alice.nextLine())
          .isEqualTo(
              "{\"msgid\":11,\"errno\":203,\"errmsg\":\"no such user: 99\",\"retryable\":false}");
    }
  }
}
