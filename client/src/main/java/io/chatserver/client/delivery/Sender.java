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
 * Sends what is on disk until its outcome is known. Of each conversation one message is under way
 * at a time: were there two, and the first refused as untimely, the second would overtake it.
 *
 * <p>A conversation whose message is refused as untimely waits as long as the server says, and the
 * others go on. All of them wait where the refusal concerns all: the database does not answer, the
 * server stops, the session or the connection is over.
 *
 * <p>Threads: the connection's event loop.
 */
final class Sender {
  /** Hears the outcomes. */
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

  /** Those of {@link #waiting} of which nothing is under way and that do not pause. */
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
   * Whether what failed would fail in every other conversation as well. With {@code BUSY} it is
   * mostly this one that is too fast; with {@code INTERNAL} it is this message that the server
   * cannot deal with, and others must not wait for it for ever.
   */
  private static boolean concernsAll(@Nullable Reply reply) {
    return !(reply instanceof Reply.Failed failed)
        || switch (failed.code()) {
          case STORAGE_UNAVAILABLE, SHUTTING_DOWN, NOT_LOGGED_IN -> true;
          default -> false;
        };
  }

  /** Its other messages stay behind the one that was refused. */
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
