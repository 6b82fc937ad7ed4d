package io.chatserver.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Reply;
import org.junit.jupiter.api.Test;

/** Clients that ask faster than they may, and connections that nobody logs in on. */
class ThrottleTest {
  private static String pings(int from, int count) {
    var pings = new StringBuilder();
    for (int rid = from; rid < from + count; rid++) {
      pings.append("{\"msgid\":12,\"rid\":").append(rid).append("}\n");
    }
    return pings.toString();
  }

  @Test
  void aConnectionWithoutALoginIsReadSlowlyAndCanLogIn() {
    try (var server =
            TestServer.start("throttle.exempt=", "throttle.logged_out_requests=10 then 50/s");
        var alice = server.registered("alice")) {
      long start = System.nanoTime();
      alice.write(pings(1001, 50));
      alice.logIn();
      // Nine of ten and one login; each of the others took 20 ms.
      assertThat(System.nanoTime() - start).isGreaterThan(600_000_000L);
      for (int rid = 1001; rid < 1051; rid++) {
        assertThat(alice.reply(rid)).isInstanceOf(Reply.Pong.class);
      }

      alice.write(pings(2001, 50));
      assertThat(alice.reply(2050)).isInstanceOf(Reply.Pong.class);
    }
  }

  @Test
  void bytesWithoutALoginAreReadSlowlyEvenIfTheyAreBlank() {
    try (var server =
            TestServer.start("throttle.exempt=", "throttle.logged_out_bytes=4096 then 40000/s");
        var alice = server.connect()) {
      long start = System.nanoTime();
      alice.write(" ".repeat(36_000));

      assertThat(alice.isServed()).isTrue();
      assertThat(System.nanoTime() - start).isGreaterThan(400_000_000L);
    }
  }

  @Test
  void anEmptyTextIsRefusedAsSuch() {
    try (var server = TestServer.start("throttle.exempt=");
        var alice = server.loggedIn("alice")) {
      assertThat(alice.refusal(new Command.SendDirect(alice.id(), "")))
          .isEqualTo(ErrorCode.TEXT_EMPTY);
    }
  }

  @Test
  void aUserWhoLogsInTooOftenIsToldWhenToTryAgain() {
    try (var server = TestServer.start("throttle.exempt=", "throttle.logins=2 then 1/h");
        var alice = server.registered("alice")) {
      for (int i = 0; i < 2; i++) {
        alice.logIn();
        alice.logOut();
      }
      var credentials =
          new Command.Credentials.Password(new Command.Identity.ById(alice.id()), alice.password());
      assertThat(alice.refusal(new Command.Login(credentials, false, null)))
          .isEqualTo(ErrorCode.BUSY);
    }
  }

  @Test
  void aUserWhoSendsTooFastIsToldWhenToTryAgain() {
    try (var server = TestServer.start("throttle.exempt=", "throttle.sends=3 then 1/h");
        var alice = server.loggedIn("alice");
        var bob = server.loggedIn("bob")) {
      for (int i = 0; i < 3; i++) {
        alice.say(bob, "" + i);
      }

      var refused = (Reply.Failed) alice.request(new Command.SendDirect(bob.id(), "3"));
      assertThat(refused.code()).isEqualTo(ErrorCode.BUSY);
      assertThat(refused.retryAfter()).isNotNull();
      assertThat(alice.isServed()).isTrue();
      bob.say(alice, "too fast?");
    }
  }

  @Test
  void aCppClientThatSendsTooFastLosesNothing() {
    try (var server = TestServer.start("throttle.exempt=", "throttle.sends=3 then 40/s");
        var alice = server.legacyLoggedIn("alice");
        var bob = server.loggedIn("bob")) {
      for (int i = 0; i < 20; i++) {
        alice.say(bob.id().value(), "" + i);
      }

      for (int i = 0; i < 20; i++) {
        assertThat(bob.nextText()).isEqualTo("" + i);
      }
    }
  }

  @Test
  void nothingBehindOneErrorTooManyIsAnswered() {
    try (var server = TestServer.start("throttle.errors=5 then 1/h");
        var alice = server.loggedIn("alice");
        var stranger = server.connect()) {
      alice.write("{\"msgid\":0}\n".repeat(5) + pings(1, 1) + "{\"msgid\":0}\n" + pings(2, 100));
      stranger.write(
          "{\"msgid\":16,\"rid\":1}\n".repeat(20)
              + "{\"msgid\":4,\"rid\":9,\"name\":\"late\",\"password\":\"late\"}\n");

      assertAnswersBeforeTheEnd(alice, 7);
      assertAnswersBeforeTheEnd(stranger, 6);
    }
  }

  private static void assertAnswersBeforeTheEnd(TestUser user, int answers) {
    for (int i = 0; i < answers; i++) {
      assertThat(user.nextLine()).isNotNull().doesNotContain("\"msgid\":14");
    }
    assertThat(user.nextLine())
        .contains("\"msgid\":14,\"code\":" + DisconnectReason.TOO_MANY_ERRORS.number());
    assertThat(user.nextLine()).isNull();
  }

  @Test
  void aWebPageIsNotObeyed() {
    try (var server = TestServer.start();
        var browser = server.connect()) {
      browser.write(
          """
          POST / HTTP/1.1\r
          Host: x\r
          \r
          {"msgid":4,"rid":1,"name":"byweb","password":"xxxxxxxx"}
          """);

      assertThat(browser.nextLine()).isNull();
      try (var user = server.connect()) {
        user.register("byweb");
      }
    }
  }
}
