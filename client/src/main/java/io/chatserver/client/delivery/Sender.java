package io.chatserver.client.delivery;

import io.chatserver.client.net.ChatConnection;
import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ClientMessageId;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.UserId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sends the messages on disk until their outcome is known. Each conversation has one message in
 * flight at a time: with two, the second would overtake the first if that were refused with a
 * retryable error.
 *
 * <p>If a message is refused with a retryable error, its conversation waits for the time that the
 * server requests, and the others continue. All conversations wait if the reason concerns all: the
 * database does not answer, the server stops, or the session or connection has ended.
 *
 * <p>Threads: the connection's event loop.
 */
final class Sender {
  /** Receives the outcomes. */
  interface Outcomes {
    void sent(Outgoing message);

    void stored(Outgoing message, ChatMessage asStored);

    void refused(Outgoing message, Reply.Failed refusal);
  }

  private static final int MAX_UNDER_WAY = 64;

  private final ChatConnection connection;
  private final Questions questions;
  private final Outcomes outcomes;
  private final Map<ConversationId, Deque<Outgoing>> waiting = new HashMap<>();

  /** The queues of {@link #waiting} without a message in flight and without a pause. */
  private final Deque<Deque<Outgoing>> ready = new ArrayDeque<>();

  private final Set<ClientMessageId> attempted = new HashSet<>();
  private final UserId self;
  private String selfName = "";
  private int underWay;
  private boolean inSession;

  /** Whether all conversations wait. */
  private boolean pausing;

  Sender(ChatConnection connection, Questions questions, UserId self, Outcomes outcomes) {
    this.connection = connection;
    this.questions = questions;
    this.self = self;
    this.outcomes = outcomes;
  }

  /** Takes a message that is on disk. */
  void add(Outgoing message) {
    var queue = waiting.computeIfAbsent(message.conversation(), _ -> new ArrayDeque<>());
    queue.add(message);
    if (queue.size() == 1) {
      ready.add(queue);
      pump();
    }
  }

  void sessionBegan(String name) {
    selfName = name;
    inSession = true;
    pausing = false;
    pump();
  }

  void sessionEnded() {
    inSession = false;
  }

  private void pump() {
    while (inSession && !pausing && underWay < MAX_UNDER_WAY && !ready.isEmpty()) {
      send(ready.remove());
    }
  }

  private void send(Deque<Outgoing> queue) {
    var message = queue.element();
    underWay++;
    if (attempted.add(message.id())) {
      outcomes.sent(message);
    }
    var _ =
        connection
            .send(message.command(self))
            .whenComplete((reply, failure) -> {
              underWay--;
              settle(queue, reply, failure);
              pump();
            });
  }

  private void settle(Deque<Outgoing> queue, @Nullable Reply reply, @Nullable Throwable failure) {
    var message = queue.element();
    var again = Questions.retry(reply, failure);
    if (again != null) {
      if (concernsAll(reply)) {
        ready.add(queue);
        pauseAll(again);
      } else {
        pause(queue, again);
      }
      return;
    }
    switch (reply) {
      case Reply.Sent sent -> outcomes.stored(message, stored(message, sent));
      case Reply.Failed refusal -> outcomes.refused(message, refusal);
      case null, default ->
          outcomes.refused(
              message, new Reply.Failed(ErrorCode.BAD_FIELD, "the server answered " + reply));
    }
    attempted.remove(message.id());
    queue.remove();
    if (queue.isEmpty()) {
      waiting.remove(message.conversation());
    } else {
      ready.add(queue);
    }
  }

  /**
   * Whether the same failure would occur in every other conversation. With {@code BUSY} mostly this
   * conversation is too fast. With {@code INTERNAL} the server cannot handle this message, and
   * others must not wait for it for ever.
   */
  private static boolean concernsAll(@Nullable Reply reply) {
    return !(reply instanceof Reply.Failed failed)
        || switch (failed.code()) {
          case STORAGE_UNAVAILABLE, SHUTTING_DOWN, NOT_LOGGED_IN -> true;
          default -> false;
        };
  }

  /** Pauses one conversation; its other messages stay behind the refused one. */
  private void pause(Deque<Outgoing> queue, Duration wait) {
    questions.later(
        wait,
        () -> {
          ready.add(queue);
          pump();
        });
  }

  private void pauseAll(Duration wait) {
    pausing = true;
    questions.later(
        wait,
        () -> {
          pausing = false;
          pump();
        });
  }

  private ChatMessage stored(Outgoing message, Reply.Sent sent) {
    return new ChatMessage(
        sent.conversation(), sent.seq(), self, selfName, sent.sentAt(), message.text());
  }
}
