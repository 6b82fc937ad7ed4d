package io.chatserver.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Reply;
import org.junit.jupiter.api.Test;

/** Accounts that are closed, disabled, and given other passwords. */
class AccountTest {
  private static final String STRONG = "min. 8 characters";

  private static Command.Login by(String token) {
    return new Command.Login(new Command.Credentials.Token(token), false, null);
  }

  private static Command.Login with(TestUser user, String password) {
    return new Command.Login(new Command.Identity.ById(user.id()), password);
  }

  @Test
  void closedRegistrationRefusesStrangers() {
    try (var server = TestServer.start("account.registration=closed");
        var stranger = server.connect();
        var legacy = server.legacy()) {
      assertThat(stranger.refusal(new Command.Register("ann", STRONG)))
          .isEqualTo(ErrorCode.REGISTRATION_CLOSED);
      var answer = legacy.register("ann");
      assertThat(answer.get("errno").intValue()).isEqualTo(1);
      assertThat(answer.has("errmsg")).isFalse();

      var ann = server.asOperator(accounts -> accounts.add("ann", STRONG));
      var login = new Command.Login(new Command.Identity.ByName("ann"), STRONG);
      assertThat(((Reply.LoggedIn) stranger.request(login)).id()).isEqualTo(ann.id());
    }
  }

  @Test
  void weakPasswordsAreRefused() {
    try (var server = TestServer.start("account.min_password_length=8");
        var stranger = server.connect();
        var legacy = server.legacy()) {
      assertThat(stranger.request(new Command.Register("ann", "seven77")))
          .isEqualTo(new Reply.Failed(ErrorCode.PASSWORD_INVALID, "at least 8 characters"));
      assertThat(stranger.request(new Command.Register("ann", "PassWord1")))
          .isEqualTo(
              new Reply.Failed(ErrorCode.PASSWORD_INVALID, "it is one of the commonest passwords"));
      assertThat(stranger.request(new Command.Register("ann", STRONG)))
          .isInstanceOf(Reply.Registered.class);

      legacy.write("{\"msgid\":4,\"name\":\"bob\",\"password\":\"p\"}\0");
      assertThat(legacy.next().get("errno").intValue()).isZero();
      // By hand: modern, but without a rid.
      stranger.write("{\"msgid\":4,\"name\":\"dave\",\"password\":\"p\"}\n");
      assertThat(stranger.nextLine()).contains("\"errno\":0");
    }
  }

  @Test
  void aDisabledAccountsSessionsEndAndLoginsAreRefused() {
    try (var server = TestServer.start();
        var alice = server.registered("alice");
        var bob = server.loggedIn("bob");
        var phone = server.connect();
        var legacy = server.legacyLoggedIn("carol")) {
      var token = alice.logInForToken();
      phone.actAs(alice);
      phone.logIn();

      assertThat(server.<Boolean>asOperator(it -> it.disable(alice.id()))).isTrue();
      assertThat(server.<Boolean>asOperator(it -> it.disable(legacy.userId()))).isTrue();

      assertThat(alice.awaitClosing()).isEqualTo(DisconnectReason.ACCOUNT_DISABLED);
      assertThat(phone.awaitClosing()).isEqualTo(DisconnectReason.ACCOUNT_DISABLED);
      assertThat(legacy.isHungUpOn()).isTrue();
      assertThat(bob.isServed()).isTrue();
      try (var stranger = server.connect()) {
        assertThat(stranger.refusal(with(alice, alice.password())))
            .isEqualTo(ErrorCode.ACCOUNT_DISABLED);
        assertThat(stranger.refusal(by(token))).isEqualTo(ErrorCode.ACCOUNT_DISABLED);
        assertThat(stranger.refusal(with(alice, "wrong"))).isEqualTo(ErrorCode.INVALID_CREDENTIALS);

        server.asOperator(it -> {
          it.enable(alice.id());
          return it.disable(bob.id());
        });
        assertThat(bob.awaitClosing()).isEqualTo(DisconnectReason.ACCOUNT_DISABLED);
        assertThat(stranger.request(by(token))).isInstanceOf(Reply.LoggedIn.class);
        assertThat(stranger.isServed()).isTrue();
      }
    }
  }

  @Test
  void aChangedPasswordEndsAllOtherSessionsAndAllTokens() {
    try (var server = TestServer.start("account.min_password_length=8");
        var alice = server.registered("alice");
        var phone = server.secondDeviceOf(alice);
        var device = server.connect()) {
      var token = alice.logInForToken();

      assertThat(alice.refusal(new Command.ChangePassword("wrong", STRONG)))
          .isEqualTo(ErrorCode.INVALID_CREDENTIALS);
      assertThat(alice.refusal(new Command.ChangePassword(alice.password(), "short")))
          .isEqualTo(ErrorCode.PASSWORD_INVALID);
      assertThat(phone.isServed()).isTrue();
      assertThat(alice.request(new Command.ChangePassword(alice.password(), STRONG)))
          .isEqualTo(new Reply.Done());

      // At once: the session knows of the change, which the node has perhaps not seen.
      assertThat(device.request(with(alice, STRONG))).isInstanceOf(Reply.LoggedIn.class);
      assertThat(phone.awaitClosing()).isEqualTo(DisconnectReason.SESSION_REVOKED);
      assertThat(alice.say(alice, "still here")).isNotNull();
      assertThat(device.isServed()).isTrue();
      device.logOut();
      assertThat(device.refusal(by(token))).isEqualTo(ErrorCode.TOKEN_INVALID);
      assertThat(device.refusal(with(alice, alice.password())))
          .isEqualTo(ErrorCode.INVALID_CREDENTIALS);
    }
  }

  @Test
  void anOperatorsNewPasswordEndsAllSessions() {
    try (var server = TestServer.start();
        var alice = server.loggedIn("alice");
        var device = server.connect()) {
      server.asOperator(it -> {
        it.changePassword(alice.id(), STRONG);
        return 0;
      });

      assertThat(device.request(with(alice, STRONG))).isInstanceOf(Reply.LoggedIn.class);
      assertThat(alice.awaitClosing()).isEqualTo(DisconnectReason.SESSION_REVOKED);
      assertThat(device.isServed()).isTrue();
    }
  }

  /** Whatever the moment: a session that a login begins ends, or none begins. */
  @Test
  void noLoginEscapesADisabling() {
    try (var server = TestServer.start();
        var alice = server.registered("alice")) {
      for (int round = 0; round < 10; round++) {
        try (var first = server.connect();
            var second = server.connect()) {
          first.actAs(alice);
          var token = first.logInForToken();
          long rid = second.send(by(token));
          server.asOperator(it -> it.disable(alice.id()));

          if (second.reply(rid) instanceof Reply.LoggedIn) {
            assertThat(second.awaitClosing()).isEqualTo(DisconnectReason.ACCOUNT_DISABLED);
          }
          assertThat(first.awaitClosing()).isEqualTo(DisconnectReason.ACCOUNT_DISABLED);
        }
        server.asOperator(it -> {
          it.enable(alice.id());
          return 0;
        });
      }
    }
  }
}
