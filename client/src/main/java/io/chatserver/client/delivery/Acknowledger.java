package io.chatserver.client.delivery;

import io.chatserver.client.net.ChatConnection;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.Reply;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Tells the server now and then what was received and read. What was not acknowledged when a
 * session ended is acknowledged in the next one.
 *
 * <p>Threads: the connection's event loop.
 */
final class Acknowledger {
  private static final Duration DELAY = Duration.ofMillis(100);

  /** So many fit into one object, however long their names and numbers are. */
  private static final int MAX_PLACES = 600;

  private final ChatConnection connection;
  private final Questions questions;
  private Map<ConversationId, Long> received = new HashMap<>();
  private Map<ConversationId, Long> read = new HashMap<>();
  private boolean inSession;
  private boolean scheduled;

  Acknowledger(ChatConnection connection, Questions questions) {
    this.connection = connection;
    this.questions = questions;
  }

  void received(ConversationId conversation, long seq) {
    received.merge(conversation, seq, Math::max);
    schedule();
  }

  void read(ConversationId conversation, long seq) {
    read.merge(conversation, seq, Math::max);
    schedule();
  }

  /** Forgets what is not acknowledged yet: the log is another one. */
  void forget() {
    received.clear();
    read.clear();
  }

  void sessionBegan() {
    inSession = true;
    schedule();
  }

  void sessionEnded() {
    inSession = false;
  }

  private void schedule() {
    if (inSession && !scheduled && !(received.isEmpty() && read.isEmpty())) {
      scheduled = true;
      questions.later(DELAY, this::flush);
    }
  }

  /** Acknowledges what there is. */
  void flush() {
    scheduled = false;
    if (!inSession || (received.isEmpty() && read.isEmpty())) {
      return;
    }
    var command = new Command.Acknowledge(some(received), some(read));
    var _ =
        connection
            .send(command)
            .whenComplete((reply, _) -> {
              if (!(reply instanceof Reply.Done)) {
                command.received().forEach((c, seq) -> received.merge(c, seq, Math::max));
                command.read().forEach((c, seq) -> read.merge(c, seq, Math::max));
              }
              schedule();
            });
    schedule();
  }

  private static Map<ConversationId, Long> some(Map<ConversationId, Long> places) {
    var some = new HashMap<ConversationId, Long>();
    for (var entries = places.entrySet().iterator();
        entries.hasNext() && some.size() < MAX_PLACES; ) {
      var entry = entries.next();
      some.put(entry.getKey(), entry.getValue());
      entries.remove();
    }
    return some;
  }
}
