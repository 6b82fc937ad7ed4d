package io.chatserver.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who is logged in where, and what each of his devices gets. */
class SessionTest {
  private static final Duration POLL = Duration.ofMillis(2);

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aMessageReachesItsUser() {
    try (var alice = server.loggedIn("alice");
        var bob = server.loggedIn("bob")) {
      var sent = alice.say(bob, "hello");
      var got = bob.nextMessage();

      assertThat(got.text()).isEqualTo("hello");
      assertThat(got.sender()).isEqualTo(alice.id());
      assertThat(got.senderName()).isEqualTo(alice.name());
      assertThat(got.conversation()).isEqualTo(sent.conversation());
      assertThat(got.seq()).isEqualTo(sent.seq()).isEqualTo(1);
      assertThat(bob.say(alice, "hello alice").seq()).isEqualTo(2);
      assertThat(alice.nextText()).isEqualTo("hello alice");
    }
  }

  @Test
  void logsInByNumberOrByName() {
    try (var alice = server.registered("alice");
        var again = server.connect()) {
      var byName = new Command.Identity.ByName(alice.name());

      assertThat(alice.logIn().name()).isEqualTo(alice.name());
      var reply = again.request(new Command.Login(byName, alice.password()));
      assertThat(((Reply.LoggedIn) reply).id()).isEqualTo(alice.id());
      again.logOut();
      assertThat(again.refusal(new Command.Login(byName, "wrong")))
          .isEqualTo(ErrorCode.INVALID_CREDENTIALS);
    }
  }

  @Test
  void everyDeviceGetsEveryMessage() {
    try (var alice = server.loggedIn("alice");
        var bob = server.loggedIn("bob");
        var bobsPhone = server.secondDeviceOf(bob);
        var bobsTablet = server.secondDeviceOf(bob)) {
      alice.say(bob, "one");
      alice.say(bob, "two");

      for (var device : List.of(bob, bobsPhone, bobsTablet)) {
        assertThat(device.nextText()).isEqualTo("one");
        assertThat(device.nextText()).isEqualTo("two");
      }
    }
  }

  @Test
  void whatIsSaidOnOneDeviceShowsOnTheOthers() {
    try (var alice = server.loggedIn("alice");
        var bob = server.loggedIn("bob");
        var bobsPhone = server.secondDeviceOf(bob)) {
      var group = alice.createGroup("group of " + alice.name());
      bob.join(group);

      bob.say(alice, "from the desk");
      bobsPhone.say(alice, "from the street");
      assertThat(bobsPhone.nextText()).isEqualTo("from the desk");
      assertThat(bob.nextText()).isEqualTo("from the street");
      bob.say(group, "to the group");
      assertThat(bobsPhone.nextText()).isEqualTo("to the group");
      alice.say(bob, "the end");

      assertThat(bob.nextText()).isEqualTo("the end");
      assertThat(bobsPhone.nextText()).isEqualTo("the end");
    }
  }

  @Test
  void aMessageToOneselfIsStored() {
    try (var alice = server.loggedIn("alice");
        var phone = server.secondDeviceOf(alice)) {
      assertThat(alice.say(alice, "note").seq()).isEqualTo(1);
      assertThat(phone.nextText()).isEqualTo("note");
      assertThat(phone.say(alice, "another").seq()).isEqualTo(2);
      assertThat(alice.nextText()).isEqualTo("another");
    }
  }

  @Test
  void messagesWhileLoggedOutAreOfflineMessages() {
    try (var alice = server.loggedIn("alice");
        var bob = server.loggedIn("bob")) {
      var group = alice.createGroup("group of " + alice.name());
      bob.join(group);
      bob.logOut();
      alice.say(bob, "one");
      alice.say(group, "two");
      alice.say(bob, "three");

      bob.logIn();
      var got = List.of(bob.nextText(), bob.nextText(), bob.nextText());

      assertThat(got).containsExactlyInAnyOrder("one", "two", "three");
      assertThat(got.indexOf("one")).isLessThan(got.indexOf("three"));
      alice.say(bob, "four");
      assertThat(bob.nextText()).isEqualTo("four");
    }
  }

  @Test
  void aMemberGetsWhatIsSaidAfterHeJoined() {
    try (var alice = server.loggedIn("alice");
        var bob = server.loggedIn("bob");
        var bobsPhone = server.secondDeviceOf(bob)) {
      var group = alice.createGroup("group of " + alice.name());
      alice.say(group, "before");
      bob.join(group);
      alice.say(group, "after");

      assertThat(bob.nextText()).isEqualTo("after");
      assertThat(bobsPhone.nextText()).isEqualTo("after");
      bob.join(group);
      alice.say(group, "after he joined again");
      assertThat(bob.nextText()).isEqualTo("after he joined again");
    }
  }

  /** As after a join whose answer was lost with the connection to the database. */
  @Test
  void aMemberWhoseSessionDoesNotKnowItIsServedFromWhereHeJoined() throws SQLException {
    try (var alice = server.loggedIn("alice");
        var bob = server.loggedIn("bob");
        var carol = server.loggedIn("carol")) {
      var group = alice.createGroup("group of " + alice.name());
      alice.say(group, "before");
      makeMember(group, bob, 1);
      makeMember(group, carol, 1);
      alice.say(group, "after");

      bob.say(group, "I am in");
      assertThat(alice.nextText()).isEqualTo("I am in");
      assertThat(bob.nextText()).isEqualTo("after");
      carol.join(group);
      assertThat(carol.nextText()).isEqualTo("after");
      assertThat(carol.nextText()).isEqualTo("I am in");
      alice.say(group, "all of us");
      assertThat(bob.nextText()).isIn("I am in", "all of us");
      assertThat(carol.nextText()).isEqualTo("all of us");
    }
  }

  private static void makeMember(GroupId group, TestUser user, long joinedSeq) throws SQLException {
    try (var database = DriverManager.getConnection("jdbc:sqlite:" + server.databaseFile());
        var statement = database.createStatement()) {
      statement.execute(
          "INSERT INTO member (user_id, conversation_id, role, joined_seq, received_seq)"
              + " VALUES (%s, %s, 1, %d, %d)".formatted(user.id(), group, joinedSeq, joinedSeq));
    }
  }

  @Test
  void aGroupThatIsHisAlreadyIsGivenToItsCreatorAgain() {
    try (var alice = server.loggedIn("alice");
        var bob = server.loggedIn("bob")) {
      var name = "again by " + alice.name();
      var group = alice.createGroup(name);

      assertThat(alice.createGroup(name)).isEqualTo(group);
      assertThat(bob.refusal(new Command.CreateGroup(name, "about " + name)))
          .isEqualTo(ErrorCode.NAME_TAKEN);
      assertThat(alice.refusal(new Command.CreateGroup(name, "another")))
          .isEqualTo(ErrorCode.NAME_TAKEN);
    }
  }

  @Test
  void aLoginBeyondTheLimitEndsTheSessionThatHasBeenSilentLongest() {
    try (var narrow = TestServer.start("limits.sessions=2");
        var alice = narrow.loggedIn("alice");
        var second = narrow.secondDeviceOf(alice)) {
      alice.say(alice, "still here");

      try (var third = narrow.secondDeviceOf(alice)) {
        assertThat(second.nextText()).isEqualTo("still here");
        assertThat(second.nextPush()).isEqualTo(new Push.Closing(DisconnectReason.SESSION_LIMIT));
        third.say(alice, "hello");
        assertThat(alice.nextText()).isEqualTo("hello");
      }
    }
  }

  @Test
  void aLoginBeyondTheLimitSparesTheCppClientAlthoughItIsSilent() {
    try (var narrow = TestServer.start("limits.sessions=2");
        var alice = narrow.registered("alice");
        var bob = narrow.loggedIn("bob");
        var legacy = narrow.legacy()) {
      legacy.actAs(alice.id().value(), alice.name());
      legacy.logIn();
      alice.logIn();

      try (var _ = narrow.secondDeviceOf(alice)) {
        assertThat(alice.nextPush()).isEqualTo(new Push.Closing(DisconnectReason.SESSION_LIMIT));
        bob.say(alice, "hello");
        assertThat(legacy.nextText()).isEqualTo("hello");
      }
    }
  }

  @Test
  void aConnectionHasOneUserAtATime() {
    try (var alice = server.loggedIn("alice");
        var bob = server.registered("bob")) {
      assertThat(alice.refusal(bob.loginCommand())).isEqualTo(ErrorCode.ALREADY_LOGGED_IN);

      alice.logOut();
      assertThat(alice.refusal(new Command.ListFriends())).isEqualTo(ErrorCode.NOT_LOGGED_IN);
      assertThat(alice.request(bob.loginCommand())).isInstanceOf(Reply.LoggedIn.class);
      alice.say(bob, "I am bob now");
      try (var carol = server.loggedIn("carol")) {
        carol.say(bob, "to bob");
        assertThat(alice.nextText()).isEqualTo("to bob");
      }
    }
  }

  @Test
  void twoLoginsAtOnceOnOneConnectionGiveOneSession() {
    try (var alice = server.registered("alice");
        var bob = server.registered("bob")) {
      long first = alice.send(alice.loginCommand());
      long second = alice.send(bob.loginCommand());

      assertThat(alice.reply(first)).isInstanceOf(Reply.LoggedIn.class);
      assertThat(alice.reply(second)).isEqualTo(new Reply.Failed(ErrorCode.ALREADY_LOGGED_IN, ""));
    }
  }

  @Test
  void presenceIsTrueWhateverHappensToAConnection() {
    try (var alice = server.loggedIn("alice");
        var bob = server.registered("bob")) {
      alice.befriend(bob);
      assertThat(alice.sees(bob)).isFalse();
      bob.logIn();
      assertThat(alice.sees(bob)).isTrue();
      bob.logOut();
      assertThat(alice.sees(bob)).isFalse();
      bob.logIn();
      var phone = server.secondDeviceOf(bob);
      bob.reset();
      assertThat(alice.isServed()).isTrue();
      assertThat(alice.sees(bob)).isTrue();
      phone.reset();
      await().pollInterval(POLL).until(() -> !alice.sees(bob));
    }
  }

  @Test
  void aConnectionThatGoesDuringItsLoginLeavesNobodyOnline() {
    try (var alice = server.loggedIn("alice")) {
      for (int i = 0; i < 30; i++) {
        var bob = server.registered("bob");
        alice.befriend(bob);
        bob.send(bob.loginCommand());
        bob.reset();
        await().pollInterval(POLL).until(() -> !alice.sees(bob));
      }
    }
  }

  @Test
  void aSecondLoginCanReplaceTheFirst() {
    try (var replacing = TestServer.start("session.second_login=replace");
        var alice = replacing.loggedIn("alice");
        var bob = replacing.loggedIn("bob");
        var phone = replacing.secondDeviceOf(bob)) {
      assertThat(bob.awaitClosing()).isEqualTo(DisconnectReason.REPLACED);
      alice.say(bob, "hello");
      assertThat(phone.nextText()).isEqualTo("hello");
      alice.befriend(bob);
      assertThat(alice.sees(bob)).isTrue();
    }
  }

  @Test
  void aSecondLoginCanBeRefused() {
    try (var rejecting = TestServer.start("session.second_login=reject");
        var alice = rejecting.loggedIn("alice");
        var bob = rejecting.loggedIn("bob");
        var phone = rejecting.connect();
        var legacy = rejecting.legacy()) {
      assertThat(phone.refusal(bob.loginCommand())).isEqualTo(ErrorCode.ACCOUNT_IN_USE);
      legacy.actAs(bob.id().value(), bob.name());
      var answer = legacy.tryToLogIn(bob.password());
      assertThat(answer.get("errno").intValue()).isEqualTo(2);
      assertThat(answer.get("errmsg").textValue())
          .isEqualTo("this account is using, input another!");

      alice.say(bob, "hello");
      assertThat(bob.nextText()).isEqualTo("hello");
      bob.logOut();
      assertThat(phone.request(bob.loginCommand())).isInstanceOf(Reply.LoggedIn.class);
    }
  }

  @Test
  void everythingIsThereAfterARestart() {
    try (var own = TestServer.start();
        var alice = own.loggedIn("alice");
        var bob = own.registered("bob")) {
      alice.befriend(bob);
      var group = alice.createGroup("hikers");
      alice.say(bob, "one");
      alice.reset();
      bob.reset();

      own.restart();
      try (var aliceAgain = own.secondDeviceOf(alice);
          var bobAgain = own.secondDeviceOf(bob)) {
        assertThat(bobAgain.nextText()).isEqualTo("one");
        assertThat(aliceAgain.say(bob, "two").seq()).isEqualTo(2);
        assertThat(bobAgain.nextText()).isEqualTo("two");
        assertThat(aliceAgain.sees(bob)).isTrue();
        bobAgain.join(group);
      }
    }
  }
}
