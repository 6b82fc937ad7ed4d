package io.chatserver.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chatserver.bench.process.ServerProcess;
import io.chatserver.protocol.ClientMessageId;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections that end, or stay without carrying anything, between any two steps of a message. */
class LostConnectionIT {
  @TempDir private static Path directory;
  private static ServerProcess server;

  @BeforeAll
  static void start() {
    var settings = new HashMap<>(ServerProcess.embedded(directory));
    settings.put("account.hash_memory_kib", "64");
    settings.put("session.idle_timeout", "5s");
    server = ServerProcess.start(settings);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static TestUser resumed(TestUser as, int port, Map<ConversationId, Long> cursors) {
    var user = TestUser.connect(port);
    user.actAs(as);
    user.resume(cursors);
    return user;
  }

  private static ConversationId between(TestUser one, TestUser other) {
    return ConversationId.direct(one.id(), other.id());
  }

  private static Command message(TestUser to, String text) {
    return new Command.SendDirect(to.id(), text, new ClientMessageId(text.replace(' ', '-')));
  }

  private static boolean isStored(String clientId) throws SQLException {
    try (var database = DriverManager.getConnection("jdbc:sqlite:" + directory + "/chat.db");
        var statement =
            database.prepareStatement("SELECT COUNT(*) FROM log_entry WHERE client_id = ?")) {
      statement.setString(1, clientId);
      try (var rows = statement.executeQuery()) {
        return rows.getInt(1) > 0;
      }
    }
  }

  /** Reads what a user lacks behind a message, and checks that it is this, each once. */
  private static void checkReads(TestUser user, long after, String... texts) {
    long seq = after;
    for (int next = 0; next < texts.length; ) {
      for (var message : user.nextMessages()) {
        assertThat(message.seq()).isEqualTo(++seq);
        assertThat(message.text()).isEqualTo(texts[next++]);
      }
    }
  }

  @Test
  void aClientThatDiesBeforeTheAcknowledgementSaysItAgainAndIsHeardOnce() {
    try (var alice = TestUser.registered(server.port(), "alice");
        var bob = TestUser.loggedIn(server.port(), "bob")) {
      for (int i = 1; i <= 20; i++) {
        try (var dying = TestUser.connect(server.port());
            var again = TestUser.connect(server.port())) {
          dying.actAs(alice);
          dying.logIn();
          dying.send(message(bob, "text " + i));
          if (i % 2 == 0) {
            assertThat(dying.isServed()).isTrue();
          }
          dying.reset();
          again.actAs(alice);
          again.logIn();
          assertThat(again.say(bob.id(), "text " + i, "text-" + i).seq()).isEqualTo(i);
        }
        checkReads(bob, i - 1, "text " + i);
        // Who says nothing for long is taken for dead.
        assertThat(bob.isServed()).isTrue();
      }
    }
  }

  @Test
  void aServerKilledBetweenCommitAndAcknowledgementKnowsTheMessageWhenItIsSaidAgain() {
    try (var alice = TestUser.registered(server.port(), "alice");
        var bob = TestUser.registered(server.port(), "bob");
        var network = Network.to(server.port());
        var far = TestUser.connect(network.port())) {
      far.actAs(alice);
      far.logIn();
      far.say(bob.id(), "one", "one");
      network.loseAnswers();
      far.send(message(bob, "two"));
      await().until(() -> isStored("two"));
      server.kill();
      server.restart();

      try (var again = TestUser.connect(server.port());
          var reader = resumed(bob, server.port(), Map.of(between(alice, bob), 1L))) {
        again.actAs(alice);
        again.logIn();
        assertThat(again.say(bob.id(), "two", "two").seq()).isEqualTo(2);
        again.say(bob, "three");
        checkReads(reader, 1, "two", "three");
      }
    }
  }

  @Test
  void aServerKilledBetweenAcknowledgementAndDeliveryDeliversWhenTheReceiverIsBack() {
    try (var alice = TestUser.loggedIn(server.port(), "alice");
        var bob = TestUser.registered(server.port(), "bob");
        var network = Network.to(server.port());
        var far = resumed(bob, network.port(), Map.of())) {
      alice.say(bob, "one");
      checkReads(far, 0, "one");
      far.acknowledge(between(alice, bob), 1);
      network.loseAnswers();
      assertThat(alice.say(bob, "two").seq()).isEqualTo(2);
      server.kill();
      server.restart();

      try (var again = TestUser.connect(server.port());
          var reader = resumed(bob, server.port(), Map.of(between(alice, bob), 1L))) {
        again.actAs(alice);
        again.logIn();
        again.say(bob, "three");
        checkReads(reader, 1, "two", "three");
      }
    }
  }

  @Test
  void aHalfOpenConnectionIsFreedAndNothingIsLostOnIt() {
    try (var alice = TestUser.loggedIn(server.port(), "alice");
        var bob = TestUser.registered(server.port(), "bob");
        var network = Network.to(server.port());
        var far = resumed(bob, network.port(), Map.of())) {
      alice.befriend(bob);
      alice.say(bob, "one");
      checkReads(far, 0, "one");
      assertThat(alice.sees(bob)).isTrue();
      network.loseEverything();
      alice.say(bob, "two");

      await().atMost(Duration.ofSeconds(20)).until(() -> !alice.sees(bob));
      alice.say(bob, "three");
      try (var reader = resumed(bob, server.port(), Map.of(between(alice, bob), 1L))) {
        assertThat(alice.sees(bob)).isTrue();
        checkReads(reader, 1, "two", "three");
      }
    }
  }

  @Test
  void twoDevicesThatComeBackAtOnceEachGetWhatTheyLack() {
    try (var alice = TestUser.loggedIn(server.port(), "alice");
        var bob = TestUser.registered(server.port(), "bob")) {
      var conversation = between(alice, bob);
      long said = 0;
      while (said < 300) {
        alice.say(bob, "" + ++said);
      }
      for (int round = 0; round < 10; round++) {
        long laggard = 7L * round;
        long nearly = said - round;
        long last = said + 50;
        var first = CompletableFuture.runAsync(() -> readAll(bob, conversation, laggard, last));
        var second = CompletableFuture.runAsync(() -> readAll(bob, conversation, nearly, last));
        while (said < last) {
          alice.say(bob, "" + ++said);
        }
        CompletableFuture.allOf(first, second).join();
      }
    }
  }

  private static void readAll(TestUser as, ConversationId conversation, long after, long last) {
    try (var device = resumed(as, server.port(), Map.of(conversation, after))) {
      long seq = after;
      while (seq < last) {
        for (var message : device.nextMessages()) {
          assertThat(message.seq()).isEqualTo(++seq);
          assertThat(message.text()).isEqualTo("" + seq);
        }
      }
    }
  }
}
