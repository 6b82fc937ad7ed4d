package io.chatserver.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.GroupId;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** C++ clients get everything, in pieces that they can take. */
class LegacyDeliveryTest {
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static List<String> texts(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> "message " + i).toList();
  }

  private static List<String> nextTexts(LegacyUser user, int count) {
    var texts = new ArrayList<String>();
    while (texts.size() < count) {
      texts.add(user.next().get("msg").textValue());
    }
    return texts;
  }

  private static List<String> offline(JsonNode login) {
    var texts = new ArrayList<String>();
    for (var message : login.path("offlinemsg")) {
      texts.add(LegacyUser.parseString(message).get("msg").textValue());
    }
    return texts;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 16, 17, 200})
  void offlineMessagesThatDoNotFitFollowOnceInOrder(int count) {
    try (var alice = server.loggedIn("alice");
        var bob = server.legacyLoggedIn("bob")) {
      bob.logOut();
      var expected = texts(count);
      expected.forEach(text -> alice.say(bob.userId(), text));

      var got = offline(bob.logIn());
      assertThat(got).isNotEmpty();
      got.addAll(nextTexts(bob, count - got.size()));

      assertThat(got).isEqualTo(expected);
      alice.say(bob.userId(), "the end");
      assertThat(bob.nextText()).isEqualTo("the end");
      bob.logOut();
      assertThat(offline(bob.logIn())).isEmpty();
    }
  }

  @Test
  void offlineMessagesOfManyConversationsAllArrive() {
    try (var bob = server.legacyLoggedIn("bob");
        var alice = server.loggedIn("alice");
        var carol = server.loggedIn("carol")) {
      var group = alice.createGroup("group of " + alice.name());
      bob.joinGroup(group.value());
      bob.logOut();
      for (int i = 1; i <= 10; i++) {
        alice.say(bob.userId(), "alice " + i);
        carol.say(bob.userId(), "carol " + i);
        alice.say(group, "group " + i);
      }

      var got = offline(bob.logIn());
      got.addAll(nextTexts(bob, 30 - got.size()));

      for (var who : List.of("alice ", "carol ", "group ")) {
        assertThat(got)
            .filteredOn(text -> text.startsWith(who))
            .isEqualTo(IntStream.rangeClosed(1, 10).mapToObj(i -> who + i).toList());
      }
    }
  }

  @Test
  void whatFollowsALoginGoesOnAfterABrokenConnection() {
    try (var alice = server.loggedIn("alice");
        var bob = server.legacyLoggedIn("bob")) {
      bob.logOut();
      var expected = texts(300);
      expected.forEach(text -> alice.say(bob.userId(), text));
      var login = bob.logIn();
      var got = offline(login);
      got.addAll(nextTexts(bob, 20));
      bob.reset();

      var got2 = new ArrayList<String>();
      try (var again = server.legacy()) {
        again.actAs(bob.id(), bob.name());
        got2.addAll(offline(again.logIn()));
        while (!got2.contains("message 300")) {
          got2.addAll(nextTexts(again, 1));
        }
      }

      // What was written before the break may be served twice or have gone with it; none is
      // skipped.
      int first = expected.indexOf(got2.getFirst());
      assertThat(got).isEqualTo(expected.subList(0, got.size()));
      assertThat(got2).isEqualTo(expected.subList(first, 300));
    }
  }

  @Test
  void aLoginWithManyFriendsAndGroupsIsCutToFit() {
    try (var bob = server.legacyLoggedIn("bob");
        var alice = server.loggedIn("alice")) {
      var members = new ArrayList<TestUser>();
      var group = alice.createGroup("big group of " + alice.name());
      for (int i = 0; i < 40; i++) {
        var member = server.loggedIn("a member with a long name " + i);
        member.join(group);
        bob.addFriend(member.id().value());
        members.add(member);
      }
      bob.joinGroup(group.value());
      for (int i = 0; i < 20; i++) {
        bob.createGroup("group " + i + " of " + bob.name(), "\"quoted\" \\ description ".repeat(8));
      }
      bob.logOut();
      alice.say(group, "hello");
      alice.say(bob.userId(), "hello bob");

      var login = bob.logIn();

      assertThat(login.get("friends")).isNotEmpty();
      assertThat(login.get("groups")).isNotEmpty();
      var got = offline(login);
      got.addAll(nextTexts(bob, 2 - got.size()));
      assertThat(got).containsExactlyInAnyOrder("hello", "hello bob");
      members.forEach(TestUser::close);
    }
  }

  @Test
  void aLongTextComesInPieces() {
    var text = "äöü \"quoted\" \\ 😀 \t".repeat(200);
    try (var alice = server.loggedIn("alice");
        var bob = server.legacyLoggedIn("bob")) {
      alice.say(bob.userId(), text);
      alice.say(bob.userId(), "the end");

      var got = new StringBuilder();
      for (var piece = bob.nextText(); !piece.equals("the end"); piece = bob.nextText()) {
        got.append(piece);
      }

      assertThat(got).hasToString(text);
    }
  }

  @Test
  void aSlowReaderGetsEverythingLater() {
    try (var alice = server.loggedIn("alice");
        var bob = server.legacyLoggedIn("bob")) {
      var expected = texts(2000);
      var rids = new ArrayList<Long>();
      for (var text : expected) {
        rids.add(alice.send(new Command.SendDirect(bob.userId(), text)));
      }
      rids.forEach(alice::reply);

      assertThat(nextTexts(bob, 2000)).isEqualTo(expected);
    }
  }

  @Test
  void aUserIsNotToldWhatHeSaidHimself() {
    try (var alice = server.legacyLoggedIn("alice");
        var bob = server.loggedIn("bob")) {
      alice.createGroup("own " + alice.name(), "");
      alice.logOut();
      var groups = alice.logIn().get("groups");
      var group = new GroupId(LegacyUser.parseString(groups.get(0)).get("id").intValue());
      bob.join(group);

      alice.say(bob.id().value(), "one");
      alice.sayInGroup(group.value(), "two");
      alice.say(alice.id(), "to myself");
      assertThat(List.of(bob.nextText(), bob.nextText())).containsExactlyInAnyOrder("one", "two");
      alice.logOut();

      assertThat(alice.logIn().has("offlinemsg")).isFalse();
      bob.say(alice.userId(), "hello");
      assertThat(alice.nextText()).isEqualTo("hello");
    }
  }

  /** After a kill of the server the stored cursor may be behind what one said oneself. */
  @Test
  void whatOneSaidOneselfIsNoOfflineMessage() throws SQLException {
    try (var alice = server.loggedIn("alice");
        var bob = server.loggedIn("bob");
        var legacy = server.legacy()) {
      alice.say(bob, "one");
      bob.say(alice, "two");
      alice.say(bob, "three");
      bob.say(alice, "four");
      // What is on its way to one who leaves is not received.
      assertThat(List.of(alice.nextText(), alice.nextText())).containsExactly("two", "four");
      alice.logOut();
      await().until(() -> received(alice) == 4);
      forgetCursors(alice);

      legacy.actAs(alice.id().value(), alice.name());
      assertThat(offline(legacy.logIn())).containsExactly("two", "four");
      bob.say(alice, "five");
      assertThat(legacy.nextText()).isEqualTo("five");
    }
  }

  private static long received(TestUser user) throws SQLException {
    try (var database = DriverManager.getConnection("jdbc:sqlite:" + server.databaseFile());
        var statement =
            database.prepareStatement("SELECT received_seq FROM member WHERE user_id = ?")) {
      statement.setInt(1, user.id().value());
      try (var rows = statement.executeQuery()) {
        assertThat(rows.next()).isTrue();
        return rows.getLong(1);
      }
    }
  }

  private static void forgetCursors(TestUser user) throws SQLException {
    try (var database = DriverManager.getConnection("jdbc:sqlite:" + server.databaseFile());
        var statement =
            database.prepareStatement("UPDATE member SET received_seq = 0 WHERE user_id = ?")) {
      statement.setInt(1, user.id().value());
      assertThat(statement.executeUpdate()).isPositive();
    }
  }

  @Test
  void refusalsAreNotTold() {
    try (var alice = server.legacyLoggedIn("alice");
        var bob = server.loggedIn("bob")) {
      alice.say(Integer.MAX_VALUE, "to nobody");
      alice.say(bob.id().value(), "");
      alice.say(bob.id().value(), "x".repeat(20_000));
      alice.sayInGroup(Integer.MAX_VALUE, "to no group");
      alice.addFriend(Integer.MAX_VALUE);
      alice.createGroup("", "");
      alice.createGroup("x", "d".repeat(201));
      alice.joinGroup(Integer.MAX_VALUE);
      alice.send("msgid", 99);
      alice.send("msgid", 6, "toid", "bob", "msg", "hi");
      alice.write("{\"msgid\":6,\"toid\":hello}\0");
      alice.write("garbage\0");
      alice.say(bob.id().value(), "well");

      assertThat(bob.nextText()).isEqualTo("well");
      bob.say(alice.userId(), "answer");
      assertThat(alice.nextText()).isEqualTo("answer");
    }
  }

  @Test
  void refusalsBeforeALoginAreNotTold() {
    try (var stranger = server.legacy();
        var bob = server.loggedIn("bob")) {
      stranger.say(bob.id().value(), "hello");
      stranger.sayInGroup(1, "hello");
      stranger.addFriend(bob.id().value());
      stranger.createGroup("strange", "");
      stranger.joinGroup(1);
      stranger.sendLogOut();

      assertThat(stranger.register("no longer a stranger").get("errno").intValue()).isZero();
      assertThat(bob.isServed()).isTrue();
    }
  }
}
