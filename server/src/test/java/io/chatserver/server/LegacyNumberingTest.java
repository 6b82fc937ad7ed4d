package io.chatserver.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.chatserver.protocol.UserId;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** C++ clients ignore what bears numbers of another fork: no text is lost by that. */
class LegacyNumberingTest {
  private static LegacyUser again(
      TestServer server, LegacyUser user, LegacyUser.Numbering numbers) {
    var next = LegacyUser.connect(server.port(), numbers);
    next.actAs(user.id(), user.name());
    return next;
  }

  private static LegacyUser withAccountOf(
      TestServer server, TestUser user, LegacyUser.Numbering numbers) {
    var legacy = LegacyUser.connect(server.port(), numbers);
    legacy.actAs(user.id().value(), user.name());
    return legacy;
  }

  /** The texts of what a client that only logs in gets; it must know all numbers. */
  private static List<String> texts(LegacyUser user, JsonNode login, int count) {
    var texts = new ArrayList<String>();
    for (var message : login.path("offlinemsg")) {
      texts.add(LegacyUser.parseString(message).get("msg").textValue());
    }
    while (texts.size() < count) {
      texts.add(user.nextText());
    }
    return texts;
  }

  /** Waits until the server has noted a number of an account. */
  private static void awaitNoted(TestServer server, LegacyUser user, int number) {
    await()
        .until(() -> {
          try (var connection =
                  DriverManager.getConnection("jdbc:sqlite:" + server.databaseFile());
              var statement = connection.createStatement();
              var rows =
                  statement.executeQuery(
                      "SELECT legacy_numbers FROM account WHERE id = " + user.id())) {
            return rows.next() && List.of(rows.getString(1).split(" ", -1)).contains("" + number);
          }
        });
  }

  /** The others' login ack is not the usual one: their community has to set its numbering. */
  @ParameterizedTest
  @EnumSource(names = {"A", "B", "C", "D", "H", "I", "J"})
  void whoHasRegisteredOnceIsServedUnderHisNumbers(LegacyUser.Numbering numbering) {
    try (var server = TestServer.start();
        var alice = server.loggedIn("alice");
        var first = LegacyUser.connect(server.port(), numbering)) {
      first.register(TestUser.unique("bob"));
      alice.say(new UserId(first.id()), "one");
      alice.say(new UserId(first.id()), "two");
      // Register alone does not tell all forks apart; a chat does.
      try (var bob = again(server, first, numbering)) {
        bob.logInBlindly();
        bob.say(alice.id().value(), "hello");
        assertThat(alice.nextText()).isEqualTo("hello");
        bob.sendLogOut();
        awaitNoted(server, bob, numbering.chat);
      }
      alice.say(new UserId(first.id()), "three");

      try (var bob = again(server, first, numbering)) {
        var login = bob.logIn();
        assertThat(texts(bob, login, 1)).endsWith("three");
        alice.say(bob.userId(), "four");
        assertThat(bob.nextText()).isEqualTo("four");
      }
    }
  }

  @Test
  void theFirstSessionOfAnAccountThatHasShownNothingKeepsItsPlace() {
    try (var server = TestServer.start();
        var alice = server.loggedIn("alice");
        var account = server.registered("bob")) {
      alice.say(account.id(), "one");
      try (var bob = withAccountOf(server, account, LegacyUser.Numbering.B)) {
        bob.logInBlindly();
        assertThat(bob.nextRead()).contains("one");
        bob.sendLogOut();
      }
      try (var bob = withAccountOf(server, account, LegacyUser.Numbering.B)) {
        bob.logInBlindly();
        assertThat(bob.nextRead()).contains("one");
        alice.say(account.id(), "two");
        assertThat(bob.nextRead()).contains("two");
        bob.say(alice.id().value(), "hello");
        assertThat(bob.nextText()).isEqualTo("one");
        assertThat(bob.nextText()).isEqualTo("two");
        alice.say(account.id(), "three");
        assertThat(bob.nextText()).isEqualTo("three");
        bob.sendLogOut();
      }
      alice.say(account.id(), "four");
      try (var bob = withAccountOf(server, account, LegacyUser.Numbering.B)) {
        assertThat(texts(bob, bob.logIn(), 1)).containsExactly("four");
      }
    }
  }

  @Test
  void theSecondSessionOfAnAccountThatHasShownNothingMovesOn() {
    try (var server = TestServer.start();
        var alice = server.loggedIn("alice");
        var account = server.registered("bob")) {
      alice.say(account.id(), "one");
      for (int session = 0; session < 2; session++) {
        try (var bob = withAccountOf(server, account, LegacyUser.Numbering.A)) {
          assertThat(texts(bob, bob.logIn(), 1)).containsExactly("one");
          bob.sendLogOut();
        }
      }
      try (var bob = withAccountOf(server, account, LegacyUser.Numbering.A)) {
        assertThat(bob.logIn().path("offlinemsg")).isEmpty();
      }
    }
  }

  @Test
  void theCommunitysNumberingIsThatOfWhoHasShownNone() {
    try (var server = TestServer.start("legacy.numbering=b");
        var alice = server.loggedIn("alice");
        var account = server.registered("bob");
        var bob = withAccountOf(server, account, LegacyUser.Numbering.B)) {
      bob.logIn();
      alice.say(account.id(), "hello");

      assertThat(bob.nextText()).isEqualTo("hello");
    }
  }
}
