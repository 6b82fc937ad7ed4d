package io.chatserver.server;

import static io.chatserver.protocol.DisconnectReason.LOGIN_TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.Reply;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Why the server hangs up is its last word to a client of ours. */
class ClosingTest {
  @Test
  void aServerThatStopsSaysSo() throws InterruptedException {
    Thread stop;
    try (var server = TestServer.start()) {
      try (var alice = server.loggedIn("alice");
          var bob = server.loggedIn("bob");
          var legacy = server.legacyLoggedIn("carol")) {
        alice.say(bob, "one");
        stop = Thread.ofVirtual().start(server::stop);

        assertThat(alice.awaitClosing()).isEqualTo(DisconnectReason.SHUTDOWN);
        assertThat(bob.nextText()).isEqualTo("one");
        assertThat(bob.awaitClosing()).isEqualTo(DisconnectReason.SHUTDOWN);
        assertThat(legacy.isHungUpOn()).isTrue();
      }
      assertThat(stop.join(Duration.ofSeconds(20))).isTrue();
    }
  }

  @Test
  void aHalfOpenConnectionIsFreed() {
    try (var server = TestServer.start("session.idle_timeout=1s", "session.second_login=reject");
        var alice = server.loggedIn("alice");
        var bob = server.loggedIn("bob");
        var legacy = server.legacyLoggedIn("carol")) {
      alice.befriend(bob);
      await().atMost(Duration.ofSeconds(4)).until(() -> !alice.sees(bob));

      alice.say(bob, "while bob is away");
      alice.say(legacy.userId(), "a C++ client may be silent for ever");
      assertThat(legacy.nextText()).startsWith("a C++ client");
      try (var bobAgain = server.secondDeviceOf(bob)) {
        assertThat(bobAgain.nextText()).isEqualTo("while bob is away");
      }
      assertThat(bob.awaitClosing()).isEqualTo(DisconnectReason.IDLE);
    }
  }

  @Test
  void aConnectionWithoutALoginIsClosedAfterAWhile() {
    try (var server = TestServer.start("session.login_timeout=1s");
        var alice = server.connect();
        var legacy = server.legacy();
        var bob = server.loggedIn("bob")) {
      assertThat(alice.isServed()).isTrue();

      assertThat(alice.awaitClosing()).isEqualTo(DisconnectReason.LOGIN_TIMEOUT);
      assertThat(legacy.isHungUpOn()).isTrue();
      assertThat(bob.isServed()).isTrue();
      bob.logOut();
      assertThat(bob.awaitClosing()).isEqualTo(DisconnectReason.LOGIN_TIMEOUT);
    }
  }

  @Test
  void onlyAModernConnectionHasToLogInSoon() {
    try (var server = TestServer.start("session.modern_login_timeout=1s");
        var silent = server.connect();
        var legacy = server.legacy();
        var alice = server.connect();
        var bob = server.loggedIn("bob")) {
      legacy.actAs(1, "nobody");
      assertThat(legacy.tryToLogIn("wrong").path("errno").intValue()).isOne();
      assertThat(alice.isServed()).isTrue();
      assertThat(alice.awaitClosing()).isEqualTo(LOGIN_TIMEOUT);

      legacy.register(TestUser.unique("carol"));
      legacy.logIn();
      assertThat(silent.isServed()).isTrue();
      assertThat(silent.awaitClosing()).isEqualTo(LOGIN_TIMEOUT);
      assertThat(bob.isServed()).isTrue();
    }
  }

  @Test
  void whoTalksButDoesNotLogInIsClosedAllTheSame() {
    try (var server = TestServer.start("session.login_timeout=1s");
        var alice = server.connect()) {
      await()
          .pollInterval(Duration.ofMillis(50))
          .until(() -> {
            alice.write("{\"msgid\":12,\"rid\":1}\n");
            return String.valueOf(alice.nextLine()).contains("\"code\":" + LOGIN_TIMEOUT.number());
          });
    }
  }

  @Test
  void anObjectThatIsNeverFinishedIsSilence() {
    try (var server = TestServer.start("session.idle_timeout=1s");
        var alice = server.loggedIn("alice")) {
      alice.write("{\"msgid\":12");
      sayUntilAnswered(alice, " ");

      assertThat(alice.awaitClosing()).isEqualTo(DisconnectReason.IDLE);
    }
  }

  private static void sayUntilAnswered(TestUser user, String text) {
    await()
        .pollInterval(Duration.ofMillis(50))
        .until(() -> {
          user.write(text);
          return user.hasInput();
        });
  }

  @Test
  void halfAnObjectBeforeTheLoginIsBoundedMoreTightly() {
    try (var server = TestServer.start();
        var alice = server.connect();
        var bob = server.loggedIn("bob")) {
      assertThat(alice.isServed()).isTrue();
      alice.write("{\"msg\":\"" + "x".repeat(20_000));

      assertThat(alice.awaitClosing()).isEqualTo(DisconnectReason.FRAME_TOO_LARGE);
      bob.write("{\"msg\":\"" + "x".repeat(20_000) + "\",\"msgid\":12,\"rid\":7}\n");
      assertThat(bob.reply(7)).isInstanceOf(Reply.Pong.class);
    }
  }

  @Test
  void whoSaysThatHeHasNoMoreToSayIsStillAnswered() {
    try (var server = TestServer.start();
        var alice = server.connect()) {
      long registered = alice.send(new Command.Register("alice", "secret"));
      alice.endOutput();

      assertThat(alice.reply(registered)).isInstanceOf(Reply.Registered.class);
      assertThat(alice.nextLine()).isNull();
    }
  }

  /** So much is under way that the connection is not read: it must not be read again, either. */
  @ParameterizedTest
  @ValueSource(ints = {2, 16})
  void whoHasAskedForMuchAndSaysNoMoreIsAnswered(int inFlight) {
    try (var server = TestServer.start("limits.in_flight=" + inFlight);
        var alice = server.loggedIn("alice");
        var bob = server.registered("bob")) {
      for (int round = 0; round < 5; round++) {
        try (var device = server.secondDeviceOf(alice)) {
          long last = 0;
          for (int i = 0; i < inFlight; i++) {
            last = device.send(new Command.SendDirect(bob.id(), "hello"));
          }
          device.endOutput();

          assertThat(device.reply(last)).isInstanceOf(Reply.Sent.class);
        }
      }
    }
  }

  @Test
  void aFrameOverTheLimitEndsItsConnection() {
    try (var server = TestServer.start("limits.frame_bytes=1024");
        var alice = server.loggedIn("alice");
        var legacy = server.legacyLoggedIn("carol");
        var bob = server.loggedIn("bob")) {
      alice.write("{\"msg\":\"" + "x".repeat(2000));
      legacy.write("{\"msg\":\"" + "x".repeat(2000));

      assertThat(alice.awaitClosing()).isEqualTo(DisconnectReason.FRAME_TOO_LARGE);
      assertThat(legacy.isHungUpOn()).isTrue();
      assertThat(bob.isServed()).isTrue();
    }
  }

  @Test
  void tooManyErrorsEndTheirConnection() {
    try (var server = TestServer.start("throttle.errors=100 then 1/h");
        var alice = server.loggedIn("alice");
        var bob = server.loggedIn("bob")) {
      for (int i = 0; i < 100; i++) {
        alice.write("{\"msgid\":0,\"rid\":" + (1000 + i) + "}\n");
      }
      assertThat(alice.isServed()).isTrue();
      alice.write("{\"msgid\":0,\"rid\":2000}\n");

      assertThat(alice.awaitClosing()).isEqualTo(DisconnectReason.TOO_MANY_ERRORS);
      assertThat(bob.isServed()).isTrue();
    }
  }

  @Test
  @SuppressWarnings("try") // To hang up is a step of the test.
  void oneConnectionTooManyIsTurnedAway() {
    try (var server = TestServer.start("limits.connections=2");
        var alice = server.loggedIn("alice");
        var bob = server.loggedIn("bob")) {
      try (var third = server.connect()) {
        assertThat(third.nextLine()).isNull();
      }
      alice.say(bob, "we are two");
      assertThat(bob.nextText()).isEqualTo("we are two");

      alice.reset();
      await()
          .until(() -> {
            try (var fourth = server.connect()) {
              fourth.write("{\"msgid\":12}\n");
              return fourth.nextLine() != null;
            }
          });
    }
  }
}
