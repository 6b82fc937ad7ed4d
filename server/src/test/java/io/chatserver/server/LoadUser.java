package io.chatserver.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.LogEntry;
import io.chatserver.protocol.MemberEntry;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.UserId;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * A user under load, who keeps across connections what he was told and checks every push by the
 * cursor rule: none twice on one connection, none before the one before it. What he says has a
 * client message id, and is said again with it until it is acknowledged.
 *
 * <p>Threads: one at a time.
 */
final class LoadUser {
  private static final int WINDOW = 16;

  private final int port;
  private TestUser client;
  private final Map<ConversationId, Set<Long>> changes = new HashMap<>();
  private final Map<ConversationId, NavigableMap<Long, String>> seen = new HashMap<>();
  private final Map<ConversationId, NavigableMap<Long, String>> acknowledged = new HashMap<>();
  private final Map<ConversationId, Long> lastPushed = new HashMap<>();
  private final Queue<Outstanding> outstanding = new ArrayDeque<>();

  /** What has to be said again: refused, or without an answer when the connection broke. */
  private final Queue<Said> unsettled = new ArrayDeque<>();

  private int said;
  private final AtomicInteger refused = new AtomicInteger();

  private record Said(Command command, String text) {}

  private record Outstanding(long rid, Said said) {}

  /** Whether every push must follow on the one before, across connections, too. */
  private final boolean strict;

  private final Runnable onAcknowledged;

  private LoadUser(int port, String name, boolean strict, Runnable onAcknowledged) {
    this.port = port;
    this.strict = strict;
    this.onAcknowledged = onAcknowledged;
    client = TestUser.connect(port);
    client.register(name);
  }

  /** One who only listens, and must miss nothing. */
  static LoadUser listener(int port, String name) {
    return new LoadUser(port, name, true, () -> {});
  }

  /**
   * One who talks. What was on its way to him when the server was killed may be gone with the
   * connection, for what he had said was, too: then TCP drops both.
   */
  static LoadUser sender(int port, String name, Runnable onAcknowledged) {
    return new LoadUser(port, name, false, onAcknowledged);
  }

  UserId id() {
    return client.id();
  }

  TestUser client() {
    return client;
  }

  /** Texts by their numbers, of what was said by this user and acknowledged. */
  Map<ConversationId, NavigableMap<Long, String>> acknowledged() {
    return acknowledged;
  }

  /** Texts by their numbers, of what was pushed. */
  Map<ConversationId, NavigableMap<Long, String>> seen() {
    return seen;
  }

  /** How often the server asked to try again later. */
  int refused() {
    return refused.get();
  }

  /** Connects anew and logs in. */
  void connect() {
    var before = client;
    before.close();
    client = TestUser.connect(port);
    client.actAs(before);
    lastPushed.clear();
    outstanding.forEach(each -> unsettled.add(each.said));
    outstanding.clear();
    if (client.request(client.entriesLogin()) instanceof Reply.Failed(var code, var _, var _)) {
      assertThat(code.isRetryable()).isTrue();
      throw new TestUser.HungUp(client);
    }
  }

  /** Logs out: what was pushed before has been read then. */
  void disconnect() {
    client.logOut();
    takeWhatIsAtHand();
    client.close();
  }

  /** Says something to one target after the other, many at a time, until the server is gone. */
  void sayUntilHungUp(List<Function<String, Command>> targets) {
    try {
      while (true) {
        say(targets);
      }
    } catch (TestUser.HungUp _) {
      // What had come before counts.
      takeWhatIsAtHand();
    }
  }

  /** Says so many things, and waits for the answers. */
  void say(List<Function<String, Command>> targets) {
    while (outstanding.size() < WINDOW) {
      if (unsettled.isEmpty()) {
        said++;
        var text = client.name() + " " + said;
        unsettled.add(new Said(targets.get(said % targets.size()).apply(text), text));
      }
      send(unsettled.remove());
    }
    while (outstanding.size() > WINDOW / 2) {
      settleNext();
      takeWhatIsAtHand();
    }
  }

  private void send(Said next) {
    outstanding.add(new Outstanding(client.send(next.command), next));
  }

  /** Says what is unsettled again until all of it was acknowledged. */
  void settleAll() {
    while (!outstanding.isEmpty() || !unsettled.isEmpty()) {
      while (outstanding.size() < WINDOW && !unsettled.isEmpty()) {
        send(unsettled.remove());
      }
      settleNext();
      takeWhatIsAtHand();
    }
    assertThat(acknowledged.values().stream().mapToInt(Map::size).sum()).isEqualTo(said);
  }

  private void settleNext() {
    var next = outstanding.element();
    settle(next, client.reply(next.rid));
    outstanding.remove();
  }

  private void settle(Outstanding sent, Reply reply) {
    switch (reply) {
      case Reply.Sent(var conversation, var seq, var _) -> {
        assertThat(of(acknowledged, conversation).put(seq, sent.said.text)).isNull();
        onAcknowledged.run();
      }
      case Reply.Failed(var code, var _, var retryAfter) -> {
        assertThat(code)
            .isIn(ErrorCode.BUSY, ErrorCode.STORAGE_UNAVAILABLE, ErrorCode.SHUTTING_DOWN);
        if (code != ErrorCode.SHUTTING_DOWN) {
          assertThat(retryAfter).isNotNull();
        }
        unsettled.add(sent.said);
        refused.incrementAndGet();
      }
      default -> throw new AssertionError(reply);
    }
  }

  /** Acknowledgements first: they may have come before a push that follows on them. */
  void takeWhatIsAtHand() {
    outstanding.removeIf(each -> {
      var reply = client.replyAtHand(each.rid);
      if (reply != null) {
        settle(each, reply);
      }
      return reply != null;
    });
    for (var push = client.pushAtHand(); push != null; push = client.pushAtHand()) {
      take(push);
    }
  }

  /** Reads until the server is gone. */
  void readUntilHungUp() {
    try {
      while (true) {
        take(client.nextPush());
      }
    } catch (TestUser.HungUp _) {
      takeWhatIsAtHand();
    }
  }

  /** Reads so many pushes. */
  void read(int pushes) {
    for (int i = 0; i < pushes; i++) {
      take(client.nextPush());
    }
  }

  private void take(Push push) {
    switch (push) {
      case Push.MessageReceived(var message) -> take(message);
      case Push.Closing(var reason, var _) ->
          assertThat(reason).isEqualTo(DisconnectReason.SHUTDOWN);
      case Push.EntryReceived(var entry) -> take((MemberEntry) entry);
      case Push.Page _, Push.Receipt _ -> throw new AssertionError(push);
    }
  }

  private void take(ChatMessage message) {
    var conversation = message.conversation();
    long seq = message.seq();
    checkOrder(message, seq == 1 || knows(conversation, seq - 1) || mayMiss(conversation));
    var before = of(seen, conversation).put(seq, message.text());
    assertThat(before == null || before.equals(message.text())).as("%s again", message).isTrue();
    lastPushed.put(conversation, seq);
  }

  /** What is the user's begins with the own joining. */
  private void take(MemberEntry change) {
    var conversation = change.conversation();
    boolean follows = change.user().equals(id()) || knows(conversation, change.seq() - 1);
    checkOrder(change, change.seq() == 1 || follows || mayMiss(conversation));
    changes.computeIfAbsent(conversation, _ -> new HashSet<>()).add(change.seq());
    lastPushed.put(conversation, change.seq());
  }

  private void checkOrder(LogEntry entry, boolean follows) {
    assertThat(entry.seq())
        .as("%s is pushed %s once", client, entry)
        .isGreaterThan(lastPushed.getOrDefault(entry.conversation(), 0L));
    assertThat(follows).as("%s is pushed %s in order", client, entry).isTrue();
  }

  private boolean mayMiss(ConversationId conversation) {
    return !strict && !lastPushed.containsKey(conversation);
  }

  private boolean knows(ConversationId conversation, long seq) {
    return changes.getOrDefault(conversation, Set.of()).contains(seq)
        || of(seen, conversation).containsKey(seq)
        || of(acknowledged, conversation).containsKey(seq);
  }

  /** Reads until all of this was pushed or is his own. */
  void readUntilAllIsThere(Map<ConversationId, NavigableMap<Long, String>> expected) {
    expected.forEach((conversation, texts) -> {
      if (!conversation.isDirect() || takesPartIn(conversation)) {
        texts.keySet().forEach(seq -> readUntil(conversation, seq));
      }
    });
  }

  private void readUntil(ConversationId conversation, long seq) {
    while (!knows(conversation, seq)) {
      take(client.nextPush());
    }
  }

  private boolean takesPartIn(ConversationId conversation) {
    return conversation.low().equals(id()) || conversation.high().equals(id());
  }

  private static NavigableMap<Long, String> of(
      Map<ConversationId, NavigableMap<Long, String>> texts, ConversationId conversation) {
    return texts.computeIfAbsent(conversation, _ -> new TreeMap<>());
  }
}
