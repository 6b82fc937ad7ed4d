package io.chatserver.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chatserver.bench.process.MariaDb;
import io.chatserver.bench.process.Redis;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.Place;
import io.chatserver.protocol.Push;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several servers on one MariaDB, joined by one Redis. */
class ClusterIT {
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
    one = node("one", "admin.port=" + AdminClient.freePort());
    two = node("two", "admin.port=" + AdminClient.freePort());
  }

  @AfterAll
  static void stop() {
    one.close();
    two.close();
    redis.close();
    mariaDb.close();
  }

  /** What one test has broken is whole again before the next one. */
  @BeforeEach
  void heal() {
    try (var alice = one.loggedIn("alice");
        var bob = two.loggedIn("bob")) {
      awaitRelay(alice, bob);
    }
  }

  private static TestServer node(String name, String... more) {
    return TestServer.start(settings(name, more));
  }

  private static String[] settings(String name, String... more) {
    return TestServer.nodeSettings(mariaDb, redis.url(), name, more);
  }

  /** The same user, logged in on another node as a client that acknowledges. */
  private static TestUser alsoOn(TestServer node, TestUser user) {
    var device = node.connect();
    device.actAs(user);
    device.resume(Map.of());
    return device;
  }

  @Test
  void messagesReachSessionsOnOtherNodes() {
    try (var alice = one.loggedIn("alice");
        var bob = two.loggedIn("bob");
        var phone = alsoOn(two, alice)) {
      alice.say(bob, "one");
      assertThat(bob.nextText()).isEqualTo("one");
      assertThat(phone.nextMessages().getFirst().text()).isEqualTo("one");
      bob.say(alice, "two");
      assertThat(alice.nextText()).isEqualTo("two");
      assertThat(phone.nextMessages().getFirst().text()).isEqualTo("two");
    }
  }

  @Test
  void groupsSpanNodes() {
    try (var alice = one.loggedIn("alice");
        var bob = two.loggedIn("bob");
        var carol = two.loggedIn("carol")) {
      var group = alice.createGroup("group of " + alice.name());
      bob.join(group);
      carol.join(group);
      for (int i = 0; i < 20; i++) {
        alice.say(group, "from one " + i);
        bob.say(group, "from two " + i);
      }
      for (var user : List.of(alice, bob, carol)) {
        long last = 0;
        int own = user == carol ? 0 : 20;
        for (int i = 0; i < 40 - own; i++) {
          var message = user.nextMessage();
          assertThat(message.seq()).isGreaterThan(last);
          last = message.seq();
        }
      }
    }
  }

  @Test
  void aGroupThatIsJoinedOnOneNodeIsHeardOnTheOther() {
    try (var alice = one.loggedIn("alice");
        var bob = two.loggedIn("bob");
        var phone = alsoOn(one, bob)) {
      var group = alice.createGroup("group of " + alice.name());
      bob.join(group);
      alice.say(group, "hello");

      assertThat(bob.nextText()).isEqualTo("hello");
      assertThat(phone.nextMessages().getFirst().text()).isEqualTo("hello");
    }
  }

  @Test
  void receiptsCrossNodes() {
    try (var alice = one.registered("alice");
        var bob = two.registered("bob")) {
      alice.resume(Map.of());
      bob.resume(Map.of());
      alice.say(bob, "one");
      assertThat(bob.nextMessages().getFirst().text()).isEqualTo("one");
      var conversation = ConversationId.direct(alice.id(), bob.id());
      bob.acknowledge(Map.of(), Map.of(conversation, 1L));

      assertThat(alice.nextReceipt())
          .isEqualTo(new Push.Receipt(conversation, bob.id(), new Place(1, 1)));
    }
  }

  @Test
  void presenceIsOfTheWholeCluster() {
    try (var alice = one.loggedIn("alice");
        var bob = two.loggedIn("bob")) {
      alice.befriend(bob);
      assertThat(alice.sees(bob)).isTrue();
      bob.logOut();
      await().until(() -> !alice.sees(bob));
    }
  }

  @Test
  void aNodeThatStopsLeavesNobodyOnline() {
    try (var alice = one.loggedIn("alice")) {
      var three = node("three");
      try (var bob = three.loggedIn("bob")) {
        alice.befriend(bob);
        assertThat(alice.sees(bob)).isTrue();
        three.close();
        await().until(() -> !alice.sees(bob));
      }
    }
  }

  @Test
  void aSecondLoginElsewhereReplacesTheFirst() {
    try (var three = node("three", "session.second_login=replace");
        var four = node("four", "session.second_login=replace");
        var alice = three.loggedIn("alice");
        var other = four.connect()) {
      other.actAs(alice);
      other.logIn();

      assertThat(alice.awaitClosing()).isEqualTo(DisconnectReason.REPLACED);
      assertThat(other.isServed()).isTrue();
    }
  }

  @Test
  void ofTwoLoginsAtOnceOnTwoNodesOneStays() {
    try (var three = node("three", "session.second_login=replace");
        var four = node("four", "session.second_login=replace");
        var alice = three.registered("alice");
        var bob = three.loggedIn("bob");
        var carol = four.loggedIn("carol")) {
      for (int i = 0; i < 15; i++) {
        try (var first = three.connect();
            var second = four.connect()) {
          first.actAs(alice);
          second.actAs(alice);
          first.send(first.loginCommand());
          second.send(second.loginCommand());
          await().until(() -> !isServed(first) || !isServed(second));

          boolean firstStays = isServed(first);
          // What the one's node tells after this the other's hears after it.
          var text = "message " + i;
          (firstStays ? carol : bob).say(alice, text);
          var rest = firstStays ? first : second;
          await().until(() -> rest.nextText().equals(text));
          assertThat(rest.isServed()).isTrue();
        }
      }
    }
  }

  private static boolean isServed(TestUser user) {
    try {
      return user.isServed();
    } catch (TestUser.HungUp _) {
      return false;
    }
  }

  @Test
  void aSecondLoginElsewhereIsRefused() {
    try (var three = node("three", "session.second_login=reject");
        var four = node("four", "session.second_login=reject");
        var alice = three.loggedIn("alice");
        var other = four.connect()) {
      other.actAs(alice);
      assertThat(other.refusal(other.loginCommand())).isEqualTo(ErrorCode.ACCOUNT_IN_USE);

      alice.logOut();
      await()
          .until(() ->
              !(other.request(other.loginCommand())
                  instanceof io.chatserver.protocol.Reply.Failed));
    }
  }

  /**
   * What is said on the one node while a user logs in on the other is neither lost nor repeated.
   */
  @Test
  void nothingFallsBetweenALoginAndTheRelay() {
    try (var alice = one.loggedIn("alice");
        var bob = two.registered("bob")) {
      var conversation = ConversationId.direct(alice.id(), bob.id());
      alice.say(bob, "1");
      long sent = 1;
      long received = 0;
      for (int round = 0; round < 30; round++) {
        for (int i = 0; i < 5; i++) {
          alice.send(new Command.SendDirect(bob.id(), "" + ++sent));
        }
        bob.resume(Map.of(conversation, received));
        while (received < sent) {
          for (var message : bob.nextMessages()) {
            assertThat(message.seq()).isEqualTo(++received);
          }
        }
        bob.logOut();
      }
    }
  }

  @Test
  void aBatchIsOnePublishPerNode() {
    try (var alice = one.loggedIn("alice");
        var bob = two.loggedIn("bob")) {
      alice.say(bob, "first");
      assertThat(bob.nextText()).isEqualTo("first");
      long before = redis.publishes();
      var rids = new ArrayList<Long>();
      for (int i = 0; i < 2_000; i++) {
        rids.add(alice.send(new Command.SendDirect(bob.id(), "text " + i)));
      }
      // Who does not read the answers is not read from, either.
      rids.forEach(alice::reply);
      for (int i = 0; i < 2_000; i++) {
        assertThat(bob.nextText()).isEqualTo("text " + i);
      }

      assertThat(redis.publishes() - before).isLessThan(1_000);
    }
  }

  @Test
  void routesThatRedisForgotAreWrittenAgain() {
    try (var alice = one.loggedIn("alice");
        var bob = two.loggedIn("bob")) {
      alice.befriend(bob);
      assertThat(alice.sees(bob)).isTrue();
      redis.execute("FLUSHALL");

      alice.say(bob, "meanwhile");
      assertThat(bob.nextText()).isEqualTo("meanwhile");
      await().until(() -> isRelayed(alice, bob) && isRelayed(bob, alice));
      alice.say(bob, "as before");
      assertThat(bob.nextText()).isEqualTo("as before");
    }
  }

  /** As by a Redis that is back at once, and has not kept what was written last. */
  @Test
  void routesThatANewConnectionMayLackAreWrittenAgain() {
    try (var alice = one.loggedIn("alice");
        var bob = two.loggedIn("bob")) {
      alice.befriend(bob);
      assertThat(alice.sees(bob)).isTrue();
      redis.execute("DEL", "chat:route:u" + bob.id());
      redis.execute("CLIENT", "KILL", "TYPE", "pubsub");

      await().until(() -> alice.sees(bob));
    }
  }

  @Test
  void aNodeWhoseClockIsWrongHidesNobody() {
    var ahead = Clock.offset(Clock.systemUTC(), Duration.ofHours(2));
    try (var three = TestServer.start(ahead, settings("three"));
        var bob = two.loggedIn("bob");
        var _ = alsoOn(three, bob)) {
      assertThat(redis.execute("GET", "chat:route:u" + bob.id())).contains("two@", "three@");
    }
  }

  /** The connections over which nodes tell break, those over which they hear do not. */
  @Test
  void whatCouldNotBeToldIsLookedForSoon() {
    try (var alice = one.loggedIn("alice");
        var bob = two.loggedIn("bob")) {
      alice.say(bob, "before");
      assertThat(bob.nextText()).isEqualTo("before");
      for (int i = 0; i < 20; i++) {
        redis.execute("CLIENT", "KILL", "TYPE", "normal");
        alice.say(bob, "text " + i);
        assertThat(bob.nextText()).isEqualTo("text " + i);
      }
    }
  }

  /** Of one who logs in while the connection breaks over which routes are written. */
  @Test
  void aRouteThatCouldNotBeWrittenIsWrittenSoon() {
    try (var alice = one.loggedIn("alice");
        var bob = two.registered("bob")) {
      var conversation = ConversationId.direct(alice.id(), bob.id());
      for (long i = 1; i <= 10; i++) {
        redis.execute("CLIENT", "KILL", "TYPE", "normal");
        bob.resume(Map.of(conversation, i - 1));
        alice.say(bob, "text " + i);
        assertThat(bob.nextMessages().getFirst().seq()).isEqualTo(i);
        bob.logOut();
      }
    }
  }

  @Test
  void withoutRedisMessagesArriveAllTheSame() {
    try (var alice = one.loggedIn("alice");
        var ann = one.loggedIn("ann");
        var bob = two.loggedIn("bob");
        var stranger = two.loggedIn("stranger")) {
      var group = alice.createGroup("group of " + alice.name());
      bob.join(group);
      alice.say(bob, "with");
      assertThat(bob.nextText()).isEqualTo("with");
      redis.kill();
      try {
        exchangeWithoutRedis(alice, ann, bob, stranger, group);
      } finally {
        redis.restart();
      }
      awaitRelay(alice, bob);
    }
  }

  /** What one device has received the other one, on a node that nobody tells, still lacks. */
  @Test
  void withoutRedisEachDeviceGetsWhatBeginsMeanwhile() {
    try (var alice = one.registered("alice");
        var bob = one.registered("bob")) {
      alice.resume(Map.of());
      bob.resume(Map.of());
      try (var laptop = alsoOn(two, bob)) {
        var conversation = ConversationId.direct(alice.id(), bob.id());
        redis.kill();
        try {
          alice.say(bob, "the first");
          assertThat(bob.nextMessages().getFirst().text()).isEqualTo("the first");
          bob.acknowledge(Map.of(conversation, 1L), Map.of());
          assertThat(laptop.nextMessages().getFirst().text()).isEqualTo("the first");
        } finally {
          redis.restart();
        }
      }
    }
  }

  @Test
  void ofTwoSessionsThatBeganWithoutRedisTheNewerStays() {
    try (var three = node("three", "session.second_login=replace");
        var four = node("four", "session.second_login=replace");
        var older = three.registered("alice");
        var newer = four.connect()) {
      newer.actAs(older);
      redis.kill();
      try {
        older.logIn();
        newer.logIn();
        assertThat(older.isServed()).isTrue();
      } finally {
        redis.restart();
      }
      await().atMost(Duration.ofSeconds(20)).until(() -> !isServed(older));
      assertThat(newer.isServed()).isTrue();
    }
  }

  /** Redis answers, the leases are kept, but nothing that is published arrives any more. */
  @Test
  void whoHearsNothingSaysSo() {
    try (var alice = one.loggedIn("alice");
        var bob = two.loggedIn("bob")) {
      redis.execute("ACL", "SETUSER", "default", "resetchannels");
      try {
        await().until(() -> isDegraded(one));
        alice.say(bob, "past Redis");
        assertThat(bob.nextText()).isEqualTo("past Redis");
      } finally {
        redis.execute("ACL", "SETUSER", "default", "allchannels");
      }
      awaitRelay(alice, bob);
    }
  }

  private static void exchangeWithoutRedis(
      TestUser alice, TestUser ann, TestUser bob, TestUser stranger, GroupId group) {
    await().until(() -> isDegraded(one));
    alice.say(ann, "on the same node");
    assertThat(ann.nextText()).isEqualTo("on the same node");
    alice.say(bob, "to another node");
    bob.say(alice, "and back");
    alice.say(group, "to the group");
    alice.say(stranger, "to somebody new");
    // What he said himself comes, too, where something that he lacked stood before it.
    assertThat(List.of(nextTextBut("and back", bob), nextTextBut("and back", bob)))
        .containsExactlyInAnyOrder("to another node", "to the group");
    assertThat(alice.nextText()).isEqualTo("and back");
    assertThat(stranger.nextText()).isEqualTo("to somebody new");
    try (var late = alsoOn(two, bob)) {
      alice.say(bob, "to one who came meanwhile");
      assertThat(late.nextMessages().getLast().text()).isEqualTo("to one who came meanwhile");
      assertThat(nextTextBut("and back", bob)).isEqualTo("to one who came meanwhile");
    }
  }

  private static String nextTextBut(String passedOver, TestUser user) {
    String text;
    do {
      text = user.nextText();
    } while (text.equals(passedOver));
    return text;
  }

  private static boolean isDegraded(TestServer node) {
    var health = node.admin().health();
    boolean degraded = health.path("status").asText().equals("degraded");
    assertThat(health.path("redis").asText()).isEqualTo(degraded ? "down" : "up");
    assertThat(health.path("database").asText()).isEqualTo("up");
    assertThat(node.admin().get("/metrics").body()).contains("\nchat_degraded ");
    return degraded;
  }

  /** Waits until the nodes of these two hear each other again. */
  private static void awaitRelay(TestUser alice, TestUser bob) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() ->
            isRelayed(alice, bob) && isRelayed(bob, alice) && !isDegraded(one) && !isDegraded(two));
  }

  /** Whether presence, which only Redis tells, is known again. */
  private static boolean isRelayed(TestUser alice, TestUser bob) {
    alice.befriend(bob);
    return alice.sees(bob);
  }
}
