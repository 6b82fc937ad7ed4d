package io.chatserver.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.bench.process.MariaDb;
import io.chatserver.bench.process.Redis;
import io.chatserver.bench.process.TcpLink;
import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ClientMessageId;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.LogEntry;
import io.chatserver.protocol.MemberEntry;
import io.chatserver.protocol.Reply;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A member is removed on one node while he writes on another, as fast as he can: nothing of his
 * stands behind the removal, whatever the other node was told.
 */
class FenceIT {
  private static final int TEXTS = 400;

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

  @Test
  void nothingIsStoredBehindARemovalWithRedisAndWithout() {
    removes("with Redis", one, two);
    redis.kill();
    try {
      removes("without Redis", one, two);
    } finally {
      redis.restart();
    }
  }

  @Test
  void nothingIsStoredBehindARemovalByANodeThatIsCutOff() {
    try (var link = TcpLink.to(redis.port())) {
      var url = redis.url().replace(":" + redis.port(), ":" + link.port());
      try (var three = TestServer.start(TestServer.nodeSettings(mariaDb, url, "three"))) {
        link.stall();
        removes("on a node that is cut off from Redis", one, three);
        removes("by a node that is cut off from Redis", three, one);
        link.mend();
      }
    }
  }

  private static void removes(String when, TestServer here, TestServer there) {
    try (var alice = here.loggedIn("alice");
        var bob = there.loggedIn("bob");
        var reader = here.connect();
        var device = there.connect()) {
      var group = alice.createGroup("group of " + alice.name());
      bob.join(group);
      device.actAs(bob);
      device.resume(Map.of(), true);
      long first = seqOf(bob.request(text(group, 0)));

      var rids = new ArrayList<Long>();
      for (int i = 1; i <= TEXTS; i++) {
        rids.add(bob.send(text(group, i)));
        if (i == TEXTS / 2) {
          assertThat(here.remove(group, bob, alice)).isTrue();
        }
      }
      var replies = rids.stream().map(bob::reply).toList();

      alice.say(group, "behind it");
      reader.actAs(alice);
      reader.resume(Map.of(), true);
      var log = log(reader, group);
      long removed = removal(log, bob);
      var stored = replies.stream().filter(Reply.Sent.class::isInstance).map(FenceIT::seqOf);
      assertThat(stored.toList())
          .as("stored, %s", when)
          .allMatch(seq -> seq < removed)
          .containsExactlyElementsOf(seqsOf(log, bob, first));
      assertThat(replies.stream().filter(Reply.Failed.class::isInstance))
          .as("refused, %s", when)
          .isNotEmpty()
          .allMatch(reply -> ((Reply.Failed) reply).code() == ErrorCode.NOT_A_MEMBER);
      assertThat(seqOf(bob.request(text(group, 0)))).isEqualTo(first);
      // The device gets the removal, and nothing behind it.
      long got = 0;
      while (got != removed) {
        got = device.nextEntries().getLast().seq();
      }
      assertThat(device.isServed()).isTrue();
      assertThat(device.pushAtHand()).as("behind the removal, %s", when).isNull();
    }
  }

  private static Command.SendGroup text(GroupId group, int i) {
    return new Command.SendGroup(group, "text " + i, new ClientMessageId("id-" + i));
  }

  private static long seqOf(Reply reply) {
    return ((Reply.Sent) reply).seq();
  }

  private static List<LogEntry> log(TestUser reader, GroupId group) {
    var log = new ArrayList<LogEntry>();
    boolean more = true;
    while (more) {
      long after = log.isEmpty() ? 0 : log.getLast().seq();
      var asked = new Command.History(ConversationId.group(group), null, after, 100);
      var page = (Reply.History) reader.request(asked);
      log.addAll(page.entries());
      more = page.more();
    }
    return log;
  }

  private static long removal(List<LogEntry> log, TestUser of) {
    return log.stream()
        .filter(entry -> entry instanceof MemberEntry change && change.removes(of.id()))
        .mapToLong(LogEntry::seq)
        .findFirst()
        .orElseThrow();
  }

  private static List<Long> seqsOf(List<LogEntry> log, TestUser sender, long after) {
    return log.stream()
        .filter(
            entry -> entry instanceof ChatMessage message && message.sender().equals(sender.id()))
        .map(LogEntry::seq)
        .filter(seq -> seq > after)
        .toList();
  }
}
