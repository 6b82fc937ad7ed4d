package io.chatserver.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.Frame;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.MessageType;
import io.chatserver.protocol.PreparedPush;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.StreamDigest;
import io.chatserver.protocol.UserId;
import io.chatserver.server.message.Standing;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A feed against its log, whatever comes in whatever order: hints that are lost, late or repeated,
 * a connection that takes little, a database that fails. Each seed is another course of events.
 */
class FeedRandomTest {
  private static final int SEEDS = 1000;
  private static final int STEPS = 300;
  private static final UserId ME = new UserId(1);
  private static final ConversationId JOINED = ConversationId.group(new GroupId(8));
  private static final List<ConversationId> CONVERSATIONS =
      List.of(
          ConversationId.direct(ME, new UserId(2)),
          ConversationId.direct(ME, new UserId(3)),
          ConversationId.group(new GroupId(7)),
          JOINED);

  @Test
  void servesEachMessageOnceInOrder() {
    for (int seed = 0; seed < SEEDS; seed++) {
      try {
        new Course(seed).run();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  /** One course of events. */
  private static final class Course {
    private final Random random;

    /** Whether every message is announced once and in order, as on one node. */
    private final boolean hintsAreFaithful;

    /** Whether the client acknowledges: then it gets pages. */
    private final boolean acknowledging;

    private final FakeLog log = new FakeLog();
    private final RecordingConnection connection = new RecordingConnection();
    private final Feed feed;
    private final StreamDigest digest = new StreamDigest();

    /** Where the user stood at first, in each of his conversations. */
    private final Map<ConversationId, Long> start = new HashMap<>();

    private final List<ChatMessage> hints = new ArrayList<>();
    private final Queue<ChatMessage> unacknowledged = new ArrayDeque<>();
    private final Set<ChatMessage> served = new HashSet<>();
    private final Map<ConversationId, Long> lastPushed = new HashMap<>();
    private @Nullable List<Standing> standings;
    private FakeLog.@Nullable Read queried;
    private boolean open;
    private int checked;

    Course(long seed) {
      random = new Random(seed);
      hintsAreFaithful = random.nextBoolean();
      acknowledging = random.nextBoolean();
      feed = new Feed(ME, connection, new Reading(acknowledging, false), log);
    }

    void run() {
      for (int i = random.nextInt(200); i > 0; i--) {
        log.append(CONVERSATIONS.get(random.nextInt(3)), new UserId(1 + random.nextInt(3)));
      }
      for (var conversation : CONVERSATIONS.subList(0, 3)) {
        start.put(conversation, random.nextLong(log.head(conversation) + 1));
      }
      for (int i = random.nextInt(STEPS); i > 0; i--) {
        step();
        check();
      }
      end();
    }

    private void step() {
      switch (random.nextInt(13)) {
        case 0, 1, 2 -> say(new UserId(2 + random.nextInt(2)));
        case 3 -> say(ME);
        case 4, 5 -> hint();
        case 6 -> acknowledge();
        case 7 -> connection.takes(random.nextInt(20));
        case 8 -> read(true);
        case 9 -> connection.handOver();
        case 10 -> connection.runLoopFor(Duration.ofMillis(random.nextInt(600)));
        case 11 -> look();
        default -> logInOrJoinOrResume();
      }
    }

    private void say(UserId sender) {
      var conversation = CONVERSATIONS.get(random.nextInt(CONVERSATIONS.size()));
      boolean takesPart = start.containsKey(conversation);
      if (!sender.equals(ME)) {
        var message = log.append(conversation, sender);
        if (takesPart) {
          hints.add(message);
        }
      } else if (open && takesPart) {
        unacknowledged.add(log.append(conversation, sender));
      }
    }

    private void hint() {
      if (hints.isEmpty()) {
        return;
      }
      if (hintsAreFaithful) {
        offer(hints.removeFirst());
        return;
      }
      var hint = hints.get(random.nextInt(1 + random.nextInt(hints.size())));
      int fate = random.nextInt(10);
      if (fate > 0) {
        hints.remove(hint);
      }
      if (fate < 9) {
        offer(hint);
      }
    }

    private void offer(ChatMessage message) {
      try (var push = new PreparedPush(message)) {
        feed.offer(push);
      }
    }

    private void acknowledge() {
      var message = unacknowledged.poll();
      if (message != null) {
        var sent = new Reply.Sent(message.conversation(), message.seq(), message.sentAt());
        check();
        feed.acknowledge(message, new Frame.Response(2L, MessageType.DIRECT_CHAT, sent));
        served.add(message);
        // By the cursor rule: then it must not come again.
        long last = lastPushed.getOrDefault(message.conversation(), at(message.conversation()));
        if (message.seq() == last + 1) {
          lastPushed.put(message.conversation(), message.seq());
        }
      }
    }

    private void look() {
      if (open) {
        var conversation = List.copyOf(start.keySet()).get(random.nextInt(start.size()));
        feed.look(log.standing(conversation, at(conversation)));
      }
    }

    private void read(boolean mayFail) {
      if (queried != null) {
        queried.arrive();
        queried = null;
      } else if (log.isAsked()) {
        var read = log.nextRead();
        if (mayFail && random.nextInt(8) == 0) {
          read.fail();
        } else {
          queried = read.query();
        }
      }
    }

    private void logInOrJoinOrResume() {
      if (standings == null) {
        standings = start.keySet().stream().map(each -> log.standing(each, at(each))).toList();
      } else if (!open) {
        feed.open(
            standings,
            Map.of(),
            new Frame.Response(1L, MessageType.LOGIN, new Reply.Done()),
            List.of());
        open = true;
      } else {
        feed.resume();
      }
      if (!start.containsKey(JOINED) && random.nextInt(3) == 0) {
        start.put(JOINED, log.head(JOINED));
        feed.join(JOINED, log.head(JOINED));
      }
    }

    private long at(ConversationId conversation) {
      return start.getOrDefault(conversation, 0L);
    }

    /** What was pushed since the last look was next, or an own message that ran ahead. */
    private void check() {
      for (; checked < connection.pushed().size(); checked++) {
        var message = connection.pushed().get(checked);
        var conversation = message.conversation();
        long last = lastPushed.getOrDefault(conversation, at(conversation));
        var all = log.all(conversation);
        assertThat(all).contains(message);
        assertThat(message.seq()).as("order").isGreaterThan(last);
        assertThat(all.subList((int) last, (int) message.seq() - 1))
            .as("skipped before %s", message)
            .filteredOn(each -> !served.contains(each))
            .isEmpty();
        served.add(message);
        digest.add(conversation, message.seq());
        lastPushed.put(conversation, message.seq());
      }
    }

    /** Faithful hints are enough; others need somebody who looks at the heads. */
    private void announceTheRest() {
      if (hintsAreFaithful) {
        hints.forEach(this::offer);
        return;
      }
      start.keySet().stream()
          .filter(conversation -> log.head(conversation) > at(conversation))
          .forEach(conversation -> offer(log.all(conversation).getLast()));
    }

    /** In the end, everything is there. */
    private void end() {
      while (!open) {
        logInOrJoinOrResume();
      }
      connection.takes(Integer.MAX_VALUE);
      while (!unacknowledged.isEmpty()) {
        acknowledge();
        check();
      }
      announceTheRest();
      feed.resume();
      connection.runLoop();
      connection.runLoopFor(Duration.ofSeconds(2));
      while (queried != null || log.isAsked()) {
        read(false);
        connection.runLoop();
      }
      connection.handOver();
      check();
      if (acknowledging) {
        assertThat(feed.digest()).isEqualTo(digest.text());
        assertThat(start.keySet()).allMatch(conversation -> log.received(conversation) == 0);
        var follows = new HashMap<ConversationId, Boolean>();
        connection.pages().forEach(page -> follows.put(page.conversation(), page.more()));
        assertThat(follows.values()).as("a promised page").doesNotContain(true);
      }
      for (var conversation : start.keySet()) {
        var lacked =
            log.all(conversation).subList((int) at(conversation), (int) log.head(conversation));
        assertThat(lacked).as("never served").filteredOn(each -> !served.contains(each)).isEmpty();
        if (!lacked.isEmpty()) {
          if (acknowledging) {
            feed.moved(Map.of(conversation, Long.MAX_VALUE), Map.of());
          }
          assertThat(log.received(conversation)).isEqualTo(log.head(conversation));
        }
      }
    }
  }
}
