package io.chatserver.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chatserver.bench.process.MariaDb;
import io.chatserver.bench.process.Redis;
import io.chatserver.bench.process.TcpLink;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Reply;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What ends sessions ends them on all nodes, whatever Redis does. */
class AccountsIT {
  private static final Logger log = LoggerFactory.getLogger(AccountsIT.class);

  /** Two seconds are promised; the rest is for a machine that is busy. */
  private static final Duration SOON = Duration.ofSeconds(5);

  @TempDir private static Path directory;
  private static MariaDb mariaDb;
  private static Redis redis;
  private static TcpLink link;
  private static TestServer one;
  private static TestServer two;

  @BeforeAll
  static void start() {
    mariaDb = MariaDb.start(directory);
    mariaDb.createDatabase("chat");
    redis = Redis.start();
    link = TcpLink.to(redis.port());
    var impatient = new String[] {"storage.connect_timeout=500ms", "storage.statement_timeout=1s"};
    one = TestServer.start(TestServer.nodeSettings(mariaDb, redis.url(), "one"));
    var throughLink = redis.url().replace(":" + redis.port(), ":" + link.port());
    two = TestServer.start(TestServer.nodeSettings(mariaDb, throughLink, "two"));
  }

  @AfterAll
  static void stop() {
    one.close();
    two.close();
    link.close();
    redis.close();
    mariaDb.close();
  }

  private static void disables(String when) {
    try (var alice = one.loggedIn("alice");
        var phone = two.secondDeviceOf(alice)) {
      one.asOperator(accounts -> accounts.disable(alice.id()));
      long begun = System.nanoTime();

      for (var device : List.of(alice, phone)) {
        assertThat(device.awaitClosing()).isEqualTo(DisconnectReason.ACCOUNT_DISABLED);
        var took = Duration.ofNanos(System.nanoTime() - begun);
        log.info("disabled {}: ended after {} ms", when, took.toMillis());
        assertThat(took).isLessThan(SOON);
      }
      for (var node : List.of(one, two)) {
        try (var stranger = node.connect()) {
          stranger.actAs(alice);
          assertThat(stranger.refusal(stranger.loginCommand()))
              .isEqualTo(ErrorCode.ACCOUNT_DISABLED);
        }
      }
    }
  }

  @Test
  void sessionsOfADisabledAccountEndWithRedisAndWithout() {
    disables("with Redis");
    link.cut();
    try {
      disables("with a node that is cut off from Redis");
    } finally {
      link.mend();
    }
    redis.kill();
    try {
      disables("without Redis");
    } finally {
      redis.restart();
    }
  }

  @Test
  void tokensAndPasswordsEndSessionsOnTheOtherNode() {
    try (var alice = one.loggedIn("alice");
        var phone = two.connect();
        var laptop = two.secondDeviceOf(alice)) {
      phone.actAs(alice);
      var token = phone.logInForToken();

      alice.request(new Command.RevokeTokens(token));
      assertThat(phone.awaitClosing()).isEqualTo(DisconnectReason.SESSION_REVOKED);
      assertThat(laptop.isServed()).isTrue();

      alice.request(new Command.ChangePassword(alice.password(), "another password"));
      assertThat(laptop.awaitClosing()).isEqualTo(DisconnectReason.SESSION_REVOKED);
      assertThat(alice.isServed()).isTrue();
      try (var device = two.connect()) {
        assertThat(device.logInBy(token)).isInstanceOf(Reply.Failed.class);
      }
    }
  }

  /** A node whose database is away when the change comes finds it when it is back. */
  @Test
  void aChangeThatCameWhileTheDatabaseWasAwayIsFound() {
    try (var alice = two.loggedIn("alice")) {
      mariaDb.kill();
      assertThat(alice.isServed()).isTrue();
      mariaDb.restart();
      await()
          .ignoreExceptions()
          .until(() -> one.<Boolean>asOperator(accounts -> accounts.disable(alice.id())));

      assertThat(alice.awaitClosing()).isEqualTo(DisconnectReason.ACCOUNT_DISABLED);
    }
  }
}
