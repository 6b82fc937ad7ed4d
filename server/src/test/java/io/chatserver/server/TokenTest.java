package io.chatserver.server;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Reply;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Session tokens: a login without a password. */
class TokenTest {
  private static final Duration LIFETIME = Duration.ofDays(30);

  private static String tokenOf(TestUser user) {
    var credentials =
        new Command.Credentials.Password(new Command.Identity.ById(user.id()), user.password());
    var reply = (Reply.LoggedIn) user.request(new Command.Login(credentials, true, null));
    var token = requireNonNull(reply.token());
    assertThat(token.lifetime()).isEqualTo(LIFETIME);
    return token.text();
  }

  private static Command.Login by(String token) {
    return new Command.Login(new Command.Credentials.Token(token), false, null);
  }

  @Test
  void isGivenWhereItIsAskedForAndLogsIn() {
    try (var server = TestServer.start();
        var alice = server.registered("alice");
        var device = server.connect()) {
      assertThat(alice.logIn().token()).isNull();
      alice.logOut();
      var token = tokenOf(alice);

      var reply = (Reply.LoggedIn) device.request(by(token));
      assertThat(reply.id()).isEqualTo(alice.id());
      assertThat(reply.name()).isEqualTo(alice.name());
      assertThat(reply.token()).isNull();
    }
  }

  @Test
  void expires() {
    var clock = new SteppingClock();
    try (var server = TestServer.start(clock);
        var alice = server.registered("alice");
        var device = server.connect()) {
      var token = tokenOf(alice);
      clock.step(LIFETIME.minusSeconds(1));
      assertThat(device.request(by(token))).isInstanceOf(Reply.LoggedIn.class);
      device.logOut();
      clock.step(Duration.ofSeconds(1));

      assertThat(device.refusal(by(token))).isEqualTo(ErrorCode.TOKEN_INVALID);
      device.actAs(alice);
      device.logIn();
    }
  }

  @Test
  void canBeRevokedByItsUserOnly() {
    try (var server = TestServer.start();
        var alice = server.registered("alice");
        var bob = server.loggedIn("bob");
        var device = server.connect()) {
      var token = tokenOf(alice);

      assertThat(bob.request(new Command.RevokeTokens(token))).isEqualTo(new Reply.Done());
      assertThat(bob.request(new Command.RevokeTokens(null))).isEqualTo(new Reply.Done());

      assertThat(device.request(by(token))).isInstanceOf(Reply.LoggedIn.class);
      assertThat(alice.isServed()).isTrue();
    }
  }

  @Test
  void sessionsOfARevokedTokenEndAndOthersStay() {
    try (var server = TestServer.start();
        var alice = server.loggedIn("alice");
        var owner = server.connect();
        var thief = server.connect();
        var other = server.connect()) {
      owner.actAs(alice);
      other.actAs(alice);
      var stolen = owner.logInForToken();
      var renewed = thief.renew(stolen);
      other.logInForToken();

      assertThat(alice.request(new Command.RevokeTokens(stolen))).isEqualTo(new Reply.Done());

      assertThat(thief.awaitClosing()).isEqualTo(DisconnectReason.SESSION_REVOKED);
      assertThat(owner.awaitClosing()).isEqualTo(DisconnectReason.SESSION_REVOKED);
      assertThat(other.isServed()).isTrue();
      assertThat(alice.isServed()).isTrue();
      alice.logOut();
      for (var token : List.of(stolen, renewed)) {
        assertThat(alice.refusal(by(token))).isEqualTo(ErrorCode.TOKEN_INVALID);
      }
    }
  }

  @Test
  void allTokensAreRevokedAndTheSessionThatAsksStays() {
    try (var server = TestServer.start();
        var alice = server.registered("alice");
        var withToken = server.connect();
        var withPassword = server.secondDeviceOf(alice)) {
      var own = tokenOf(alice);
      withToken.actAs(alice);
      withToken.logInForToken();

      assertThat(alice.request(new Command.RevokeTokens(null))).isEqualTo(new Reply.Done());

      assertThat(withToken.awaitClosing()).isEqualTo(DisconnectReason.SESSION_REVOKED);
      assertThat(alice.isServed()).isTrue();
      assertThat(withPassword.isServed()).isTrue();
      withPassword.logOut();
      assertThat(withPassword.refusal(by(own))).isEqualTo(ErrorCode.TOKEN_INVALID);
      assertThat(alice.say(alice, "still here")).isNotNull();
    }
  }

  @Test
  void aLogoutEndsTheTokensOfItsSession() {
    try (var server = TestServer.start();
        var alice = server.registered("alice");
        var device = server.connect()) {
      var first = tokenOf(alice);
      var second = device.renew(first);
      alice.logOut();

      assertThat(device.awaitClosing()).isEqualTo(DisconnectReason.SESSION_REVOKED);
      assertThat(alice.refusal(by(first))).isEqualTo(ErrorCode.TOKEN_INVALID);
      assertThat(alice.refusal(by(second))).isEqualTo(ErrorCode.TOKEN_INVALID);
      assertThat(alice.logIn()).isNotNull();
    }
  }

  @Test
  void aConnectionThatClosesKeepsItsToken() {
    try (var server = TestServer.start();
        var alice = server.registered("alice");
        var device = server.connect()) {
      var token = tokenOf(alice);
      alice.reset();

      assertThat(device.request(by(token))).isInstanceOf(Reply.LoggedIn.class);
    }
  }

  /** However often it is renewed. */
  @Test
  void expiresAtAFixedAge() {
    var clock = new SteppingClock();
    try (var server = TestServer.start(clock, "session.token_max_age=60d");
        var alice = server.registered("alice")) {
      var token = tokenOf(alice);
      for (int i = 0; i < 3; i++) {
        clock.step(Duration.ofDays(19));
        try (var device = server.connect()) {
          var reply =
              (Reply.LoggedIn)
                  device.request(
                      new Command.Login(new Command.Credentials.Token(token), true, null));
          var renewed = requireNonNull(reply.token());
          assertThat(renewed.lifetime())
              .isEqualTo(i < 2 ? Duration.ofDays(Math.min(30, 41 - 19 * i)) : Duration.ofDays(3));
          token = renewed.text();
        }
      }
      clock.step(Duration.ofDays(3));
      try (var device = server.connect()) {
        assertThat(device.refusal(by(token))).isEqualTo(ErrorCode.TOKEN_INVALID);
      }
    }
  }

  @Test
  void nonsenseIsNoToken() {
    try (var server = TestServer.start();
        var device = server.connect()) {
      assertThat(device.refusal(by("nonsense"))).isEqualTo(ErrorCode.TOKEN_INVALID);
      assertThat(device.refusal(by("' OR 1=1 --"))).isEqualTo(ErrorCode.TOKEN_INVALID);
    }
  }

  @Test
  void isNotInTheDatabase() throws SQLException {
    try (var server = TestServer.start();
        var alice = server.registered("alice")) {
      var token = tokenOf(alice);
      try (var database = DriverManager.getConnection("jdbc:sqlite:" + server.databaseFile());
          var statement = database.createStatement();
          var rows = statement.executeQuery("SELECT hex(token_hash) FROM session_token")) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getString(1)).hasSize(64).doesNotContain(token);
      }
    }
  }

  @Test
  void aNewOneStaysThoughTheClockWasPutBack() {
    var clock = new SteppingClock();
    try (var server = TestServer.start(clock);
        var alice = server.registered("alice");
        var device = server.connect()) {
      for (int i = 0; i < 100; i++) {
        try (var one = server.connect()) {
          one.actAs(alice);
          tokenOf(one);
        }
      }
      clock.step(Duration.ofHours(-1));
      var token = tokenOf(alice);

      assertThat(device.request(by(token))).isInstanceOf(Reply.LoggedIn.class);
    }
  }
}
