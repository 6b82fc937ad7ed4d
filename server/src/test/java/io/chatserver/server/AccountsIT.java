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

/** What ends sessions ends them on all nodes, whatever Redis does. */
class AccountsIT {
  /** Two seconds are promised; the rest is for a machine that is busy. */
  private static final Duration SOON = Duration.ofSeconds(5);

  @TempDir private static Path directory;
  private static MariaDb mariaDb;
  private static Redis redis;
  private static TestServer one;
  private static TestServer two;

  @BeforeAll
  static void start() {
    mariaDb = MariaDb.start(directory);
    mariaDb.createDatabase("chat");
    redis = Redis.start();
    one = TestServer.start(TestServer.nodeSettings(mariaDb, redis.url(), "one"));
    two = TestServer.start(TestServer.nodeSettings(mariaDb, redis.url(), "two"));
  }

  @AfterAll
  static void stop() {
    one.close();
    two.close();
    redis.close();
    mariaDb.close();
  }

  private static void disables(String when, TestServer one, TestServer two) {
    try (var alice = one.loggedIn("alice");
        var phone = two.secondDeviceOf(alice)) {
      one.asOperator(accounts -> accounts.disable(alice.id()));
      long begun = System.nanoTime();

      for (var device : List.of(alice, phone)) {
        assertThat(device.awaitClosing()).isEqualTo(DisconnectReason.ACCOUNT_DISABLED);
        var took = Duration.ofNanos(System.nanoTime() - begun);
        assertThat(took).as("until they ended, %s", when).isLessThan(SOON);
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
    disables("with Redis", one, two);
    redis.kill();
    try {
      disables("without Redis", one, two);
    } finally {
      redis.restart();
    }
  }

  @Test
  void sessionsOfADisabledAccountEndOnANodeThatIsCutOffFromRedis() {
    try (var link = TcpLink.to(redis.port())) {
      var url = redis.url().replace(":" + redis.port(), ":" + link.port());
      try (var three = TestServer.start(TestServer.nodeSettings(mariaDb, url, "three"))) {
        link.stall();
        disables("on a node that is cut off from Redis", one, three);
        link.mend();
      }
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
