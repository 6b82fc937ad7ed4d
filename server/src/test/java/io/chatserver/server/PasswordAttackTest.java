package io.chatserver.server;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Strangers try passwords and open accounts. Each test has addresses of its own; 127.0.0.1 is
 * exempt.
 */
class PasswordAttackTest {
  private static TestServer server;

  @BeforeAll
  static void start() {
    server =
        TestServer.start(
            "throttle.failed_login_interval=100ms", "throttle.registration_interval=100ms");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Command.Login wrong(Command.Identity who) {
    return new Command.Login(who, "wrong");
  }

  private static Command.Login right(TestUser user) {
    return new Command.Login(new Command.Identity.ById(user.id()), user.password());
  }

  /** Logs in as a client does that comes back when it is told. */
  private static void logsInWithPatience(TestUser stranger, TestUser as) {
    while (true) {
      var reply = stranger.request(right(as));
      if (reply instanceof Reply.LoggedIn) {
        return;
      }
      var refused = (Reply.Failed) reply;
      assertThat(refused.code()).isEqualTo(ErrorCode.BUSY);
      await().pollDelay(requireNonNull(refused.retryAfter())).until(() -> true);
    }
  }

  @Test
  void guessesAreThrottledAndTheOwnerGetsInFromElsewhere() {
    try (var owner = server.registered("owner");
        var guesser = TestUser.connectFrom(server.port(), "127.0.0.2");
        var elsewhere = TestUser.connectFrom(server.port(), "127.0.0.3")) {
      var codes = new ArrayList<ErrorCode>();
      for (int i = 0; i < 100; i++) {
        codes.add(guesser.refusal(wrong(new Command.Identity.ById(owner.id()))));
      }

      assertThat(codes.subList(0, 5)).containsOnly(ErrorCode.INVALID_CREDENTIALS);
      assertThat(codes).filteredOn(ErrorCode.BUSY::equals).hasSizeGreaterThan(60);
      assertThat(elsewhere.request(right(owner))).isInstanceOf(Reply.LoggedIn.class);
      logsInWithPatience(guesser, owner);
    }
  }

  /** Same refusals at the same tries. */
  @Test
  void theThrottleDoesNotTellWhetherAnAccountExists() {
    try (var slow = TestServer.start();
        var owner = slow.registered("owner");
        var guesser = TestUser.connectFrom(slow.port(), "127.0.0.2")) {
      var existing = new Command.Identity.ByName(owner.name());
      var missing = new Command.Identity.ByName("nobody");

      for (int i = 0; i < 8; i++) {
        var one = (Reply.Failed) guesser.request(wrong(existing));
        var other = (Reply.Failed) guesser.request(wrong(missing));
        assertThat(other.code()).isEqualTo(one.code());
        assertThat(other.detail()).isEqualTo(one.detail());
        assertThat(other.code()).isEqualTo(i < 5 ? ErrorCode.INVALID_CREDENTIALS : ErrorCode.BUSY);
      }
    }
  }

  @Test
  void registrationsFromAnAddressAreThrottled() {
    try (var stranger = TestUser.connectFrom(server.port(), "127.0.0.4");
        var elsewhere = TestUser.connectFrom(server.port(), "127.0.0.5")) {
      var replies = new ArrayList<Reply>();
      for (int i = 0; i < 40; i++) {
        replies.add(stranger.request(new Command.Register(TestUser.unique("mass"), "secret")));
      }

      assertThat(replies.subList(0, 10)).hasOnlyElementsOfType(Reply.Registered.class);
      assertThat(replies)
          .filteredOn(Reply.Failed.class::isInstance)
          .isNotEmpty()
          .allSatisfy(reply -> assertThat(((Reply.Failed) reply).code()).isEqualTo(ErrorCode.BUSY));
      elsewhere.register(TestUser.unique("honest"));
    }
  }

  @Test
  void aThrottledLegacyRegistrationIsDelayed() {
    try (var legacy = LegacyUser.connectFrom("127.0.0.6", server.port())) {
      for (int i = 0; i < 13; i++) {
        assertThat(legacy.register(TestUser.unique("legacy")).get("errno").intValue()).isZero();
      }
    }
  }

  @Test
  void aLegacyConnectionIsClosedWhenItsDelayIsTooLong() {
    try (var strict =
            TestServer.start(
                "throttle.legacy_delay=200ms",
                "throttle.failed_login_interval=1h",
                "throttle.failed_login_interval_max=1h");
        var owner = strict.registered("owner");
        var legacy = LegacyUser.connectFrom("127.0.0.2", strict.port())) {
      legacy.actAs(owner.id().value(), owner.name());
      for (int i = 0; i < 5; i++) {
        assertThat(legacy.tryToLogIn("wrong").get("errno").intValue()).isEqualTo(1);
      }

      legacy.send("msgid", 1, "id", owner.id().value(), "password", "wrong");
      assertThat(legacy.isHungUpOn()).isTrue();
    }
  }

  /** They are many, of one address, and name another account each time. */
  @Test
  void aSprayKeepsNobodyOutWhoLogsInFromTheSameAddress() {
    var office = "127.0.0.7";
    try (var crowded =
            TestServer.start(
                "throttle.address_failed_logins=10",
                "throttle.address_failed_login_interval=50ms");
        var known = TestUser.connectFrom(crowded.port(), office);
        var newcomer = TestUser.connectFrom(crowded.port(), office);
        var unknown = crowded.registered("unknown")) {
      known.register(TestUser.unique("known"));
      var sprayers = sprayers(office, crowded.port());
      int guesses = 0;
      for (int round = 0; round < 3; round++) {
        for (var sprayer : sprayers) {
          sprayer.send(wrong(new Command.Identity.ByName("guess " + guesses++)));
        }
      }

      assertThat(known.request(right(known))).isInstanceOf(Reply.LoggedIn.class);
      logsInWithPatience(newcomer, unknown);
      sprayers.forEach(TestUser::close);
    }
  }

  private static List<TestUser> sprayers(String address, int port) {
    var sprayers = new ArrayList<TestUser>();
    for (int i = 0; i < 20; i++) {
      sprayers.add(TestUser.connectFrom(port, address));
    }
    return sprayers;
  }

  /** With a hash that takes a while; all the strangers' would take minutes. */
  @Test
  void nothingIsHashedForStrangersWhoHaveLeft() {
    try (var slow =
            TestServer.start(
                "account.hash_threads=1",
                "account.hash_memory_kib=1024",
                "account.hash_iterations=20",
                "admin.port=" + AdminClient.freePort());
        var owner = slow.registered("owner");
        var visitor = TestUser.connectFrom(slow.port(), "127.0.0.9")) {
      var strangers = new ArrayList<TestUser>();
      for (int i = 0; i < 60; i++) {
        var stranger = slow.connect();
        stranger.send(wrong(new Command.Identity.ByName("stranger " + i)));
        strangers.add(stranger);
      }
      await().until(() -> metric(slow, "chat_hashes_waiting{kind=\"login\"}") > 40);
      strangers.forEach(TestUser::reset);

      await()
          .atMost(Duration.ofSeconds(5))
          .until(() -> metric(slow, "chat_hashes_waiting{kind=\"login\"}") == 0);
      assertThat(metric(slow, "chat_hashes_skipped_total")).isGreaterThan(30);
      assertThat(visitor.request(right(owner))).isInstanceOf(Reply.LoggedIn.class);
    }
  }

  private static double metric(TestServer server, String name) {
    return server
        .admin()
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow();
  }
}
