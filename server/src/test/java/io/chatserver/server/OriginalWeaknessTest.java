package io.chatserver.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.UserId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the original did wrong, each by its name. Malformed input: {@link HostileInputTest}. */
class OriginalWeaknessTest {
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  static Stream<String> injections() {
    return Stream.of(
        "x', 'y', 'online') --",
        "'; DROP TABLE account; --",
        "\" OR 1=1 --",
        "\\'; DELETE FROM log_entry; -- \\",
        "%s%n%x ${jndi:ldap://127.0.0.1/a}",
        "100%_\\");
  }

  @Test
  void senderSpoofing() {
    try (var mallory = server.loggedIn("mallory");
        var bob = server.loggedIn("bob");
        var carol = server.loggedIn("carol")) {
      mallory.write(
          "{\"msgid\":6,\"id\":"
              + carol.id()
              + ",\"from\":"
              + carol.id()
              + ",\"name\":\"carol\",\"time\":\"1970-01-01 00:00:00\",\"toid\":"
              + bob.id()
              + ",\"msg\":\"I am carol\"}\n");

      var got = bob.nextMessage();
      assertThat(got.sender()).isEqualTo(mallory.id());
      assertThat(got.senderName()).isEqualTo(mallory.name());
      assertThat(got.sentAt().getEpochSecond()).isPositive();
    }
  }

  @Test
  void sendingWithoutALogin() {
    try (var stranger = server.connect();
        var bob = server.loggedIn("bob");
        var alice = server.loggedIn("alice")) {
      assertThat(stranger.refusal(new Command.SendDirect(bob.id(), "hi")))
          .isEqualTo(ErrorCode.NOT_LOGGED_IN);
      alice.say(bob, "the first");
      assertThat(bob.nextText()).isEqualTo("the first");
    }
  }

  @Test
  void loggingOutOthersAndActingForThem() {
    try (var mallory = server.legacyLoggedIn("mallory");
        var stranger = server.legacy();
        var alice = server.loggedIn("alice");
        var bob = server.loggedIn("bob")) {
      alice.befriend(bob);
      stranger.actAs(mallory.id(), mallory.name());
      for (var attacker : new LegacyUser[] {mallory, stranger}) {
        attacker.send("msgid", 7, "id", bob.id().value(), "friendid", alice.id().value());
        attacker.send("msgid", 8, "id", bob.id().value(), "groupname", "x", "groupdesc", "");
        attacker.send("msgid", 9, "id", bob.id().value(), "groupid", 1);
        attacker.send("msgid", 3, "id", bob.id().value());
        assertThat(attacker.tryToLogIn("wrong").get("errno").intValue()).isEqualTo(1);
      }

      assertThat(alice.sees(bob)).isTrue();
      alice.say(bob, "still there?");
      assertThat(bob.nextText()).isEqualTo("still there?");
      assertThat(((Reply.Friends) bob.request(new Command.ListFriends())).friends()).isEmpty();
      assertThat(((Reply.Groups) bob.request(new Command.ListGroups())).groups()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("injections")
  void sqlInjection(String text) {
    try (var alice = server.connect();
        var bob = server.registered("bob")) {
      alice.register(text);
      assertThat(alice.logIn().name()).isEqualTo(text);
      var created = alice.request(new Command.CreateGroup(text, text));
      var group = ((Reply.InGroup) created).group();
      assertThat(group.name()).isEqualTo(text);
      assertThat(group.description()).isEqualTo(text);
      alice.befriend(bob);
      assertThat(alice.sees(bob)).isFalse();
      var byName = new Command.Identity.ByName(text);
      try (var again = server.connect()) {
        assertThat(again.refusal(new Command.Login(byName, text)))
            .isEqualTo(ErrorCode.INVALID_CREDENTIALS);
      }
      alice.say(bob, text);
      bob.logIn();
      assertThat(bob.nextText()).isEqualTo(text);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {501, 1023, 1024, 1200, 5000, 16_384})
  void longMessagesToAnOfflineUser(int length) {
    var text = "x".repeat(length - 3) + "end";
    try (var alice = server.loggedIn("alice");
        var bob = server.registered("bob");
        var carol = server.legacyLoggedIn("carol")) {
      carol.logOut();
      alice.say(bob, text);
      alice.say(carol.userId(), text);

      bob.logIn();
      assertThat(bob.nextText()).isEqualTo(text);
      var got = new StringBuilder();
      for (var message : carol.logIn().path("offlinemsg")) {
        got.append(LegacyUser.parseString(message).get("msg").textValue());
      }
      while (got.length() < length) {
        got.append(carol.nextText());
      }
      assertThat(got).hasToString(text);
    }
  }

  @Test
  void stickyMessages() {
    try (var alice = server.legacyLoggedIn("alice");
        var bob = server.loggedIn("bob")) {
      var all = new StringBuilder();
      for (int i = 0; i < 500; i++) {
        var end = i % 3 == 0 ? "" : "\0";
        all.append("{\"msgid\":6,\"toid\":" + bob.id() + ",\"msg\":\"" + i + "\"}").append(end);
      }

      alice.write(all.toString());

      for (int i = 0; i < 500; i++) {
        assertThat(bob.nextText()).isEqualTo("" + i);
      }
    }
  }

  @Test
  void nulInAMessageCutsIt() {
    try (var alice = server.loggedIn("alice");
        var bob = server.registered("bob")) {
      alice.say(bob, "before\0after");
      bob.logIn();
      assertThat(bob.nextText()).isEqualTo("before\0after");
      alice.say(bob, "again\0");
      assertThat(bob.nextText()).isEqualTo("again\0");
    }
  }

  @Test
  void stuckOnlineAndPasswordsInClear() throws IOException {
    try (var own = TestServer.start();
        var alice = own.loggedIn("alice");
        var legacy = own.legacyLoggedIn("bob")) {
      alice.reset();
      legacy.reset();
      own.restart();
      try (var legacyAgain = own.legacy()) {
        legacyAgain.actAs(legacy.id(), legacy.name());
        legacyAgain.logIn();
      }
      own.stop();
      var stored = Files.readString(own.databaseFile(), StandardCharsets.ISO_8859_1);
      assertThat(stored).contains(alice.name()).doesNotContain(alice.password());
    }
  }

  @Test
  void twoUsersOnOneConnection() {
    try (var alice = server.loggedIn("alice");
        var bob = server.registered("bob");
        var carol = server.loggedIn("carol")) {
      carol.befriend(alice);
      carol.befriend(bob);
      assertThat(alice.refusal(bob.loginCommand())).isEqualTo(ErrorCode.ALREADY_LOGGED_IN);
      assertThat(carol.sees(bob)).isFalse();
      assertThat(carol.sees(alice)).isTrue();
    }
  }

  @Test
  void nonMembersPosting() {
    try (var alice = server.loggedIn("alice");
        var mallory = server.loggedIn("mallory");
        var legacy = server.legacyLoggedIn("mallory too")) {
      var group = alice.createGroup("private to " + alice.name());
      assertThat(mallory.refusal(new Command.SendGroup(group, "spam")))
          .isEqualTo(ErrorCode.NOT_A_MEMBER);
      legacy.sayInGroup(group.value(), "spam");
      legacy.logOut();

      assertThat(alice.say(group, "first").seq()).isEqualTo(1);
      assertThat(mallory.refusal(new Command.ListMembers(group, null)))
          .isEqualTo(ErrorCode.NOT_A_MEMBER);
    }
  }

  @Test
  void messagesToNobodyAreKeptForWhoeverComes() {
    try (var alice = server.loggedIn("alice");
        var legacy = server.legacyLoggedIn("legacy")) {
      var next = new UserId(legacy.id() + 1);
      assertThat(alice.refusal(new Command.SendDirect(next, "for nobody")))
          .isEqualTo(ErrorCode.NO_SUCH_USER);
      legacy.say(next.value(), "for nobody");
      legacy.logOut();

      try (var bob = server.loggedIn("bob")) {
        assertThat(bob.id()).isEqualTo(next);
        alice.say(bob, "for bob");
        assertThat(bob.nextText()).isEqualTo("for bob");
      }
    }
  }

  @Test
  void twoLoginsAtOnceBothPass() {
    try (var rejecting = TestServer.start("session.second_login=reject");
        var alice = rejecting.registered("alice")) {
      var devices = new ArrayList<TestUser>();
      for (int i = 0; i < 10; i++) {
        var device = rejecting.connect();
        device.actAs(alice);
        devices.add(device);
      }
      devices.forEach(device -> device.send(device.loginCommand()));

      var replies = devices.stream().map(device -> device.reply(1)).toList();

      assertThat(replies).filteredOn(Reply.LoggedIn.class::isInstance).hasSize(1);
      devices.forEach(TestUser::close);
    }
  }

  @Test
  void messagesThatComeDuringALoginAreLost() {
    try (var alice = server.loggedIn("alice");
        var bob = server.loggedIn("bob")) {
      var group = alice.createGroup("group of " + alice.name());
      bob.join(group);
      int direct = 0;
      int inGroup = 0;
      int sent = 0;
      for (int round = 0; round < 40; round++) {
        bob.logOut();
        for (int i = 0; i < 5; i++) {
          sent++;
          alice.send(new Command.SendDirect(bob.id(), "" + sent));
          alice.send(new Command.SendGroup(group, "" + sent));
        }
        bob.logIn();
        while (direct < sent || inGroup < sent) {
          var message = bob.nextMessage();
          int expected = message.conversation().isDirect() ? ++direct : ++inGroup;
          assertThat(message.text()).isEqualTo("" + expected);
          // The first entry of the group tells that bob joined.
          long seq = message.conversation().isDirect() ? expected : expected + 1;
          assertThat(message.seq()).isEqualTo(seq);
        }
      }
    }
  }

  @Test
  void manyLoginsAndClosesAtOnce() {
    try (var alice = server.loggedIn("alice")) {
      var users = new ArrayList<TestUser>();
      for (int i = 0; i < 60; i++) {
        users.add(server.registered("one of many"));
      }
      for (int round = 0; round < 3; round++) {
        users.forEach(user -> user.send(user.loginCommand()));
        users.forEach(user -> user.send(new Command.SendDirect(alice.id(), "in")));
        users.forEach(user -> user.send(new Command.Logout()));
      }
      users.forEach(user ->
          assertThat(user.refusal(new Command.Logout())).isEqualTo(ErrorCode.NOT_LOGGED_IN));
      users.forEach(TestUser::reset);

      for (int i = 0; i < 180; i++) {
        assertThat(alice.nextText()).isEqualTo("in");
      }
      assertThat(alice.refusal(new Command.SendGroup(new GroupId(Integer.MAX_VALUE), "x")))
          .isEqualTo(ErrorCode.NO_SUCH_GROUP);
    }
  }
}
