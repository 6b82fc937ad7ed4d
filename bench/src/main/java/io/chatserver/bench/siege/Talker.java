package io.chatserver.bench.siege;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ClientMessageId;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A well-behaved user, like the client library. It sends by the clock, repeats refused and
 * unanswered messages, acknowledges received ones, and logs in again by token when it is cut off.
 *
 * <p>Threads: its own; the connection's thread passes on received frames.
 */
final class Talker implements Runnable {
  private static final Duration INTERVAL = Duration.ofMillis(100);
  private static final Duration STEP = Duration.ofMillis(10);
  private static final Duration ACKNOWLEDGE = Duration.ofMillis(500);
  private static final Duration PING = Duration.ofSeconds(20);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration COME_BACK = Duration.ofMillis(200);
  private static final Duration DEFAULT_RETRY = Duration.ofMillis(200);
  private static final int WINDOW = 16;
  private static final String TEXT = "message ";

  private final Guest self;
  private final Guest peer;
  private final Door door;
  private final Stream outgoing;
  private final Stream incoming;
  private final ConversationId conversation;
  private final LongAdder connections = new LongAdder();
  private final LongAdder refusals = new LongAdder();

  /** The messages to send or repeat, by number. */
  @GuardedBy("this") private final TreeMap<Long, String> waiting = new TreeMap<>();

  /** The sent and unanswered messages, with the time. */
  @GuardedBy("this") private final TreeMap<Long, Long> underWay = new TreeMap<>();

  @GuardedBy("this") private long received;

  @GuardedBy("this") private long pausedUntil = System.nanoTime();

  /** Up to this {@code seq} a message may be a repeat, because it came on an earlier connection. */
  @GuardedBy("this") private long known;

  private volatile boolean talking = true;
  private volatile boolean over;
  private volatile String lastEnding = "";

  Talker(Guest self, Guest peer, Door door, Stream outgoing, Stream incoming) {
    this.self = self;
    this.peer = peer;
    this.door = door;
    this.outgoing = outgoing;
    this.incoming = incoming;
    conversation = ConversationId.direct(self.id(), peer.id());
  }

  @Override
  public void run() {
    long nextDue = System.nanoTime();
    try {
      while (!over) {
        try (var connection = new GuestConnection(door, SiegePlan.OWN_SOURCE, this::pushed)) {
          connections.increment();
          logIn(connection);
          nextDue = talk(connection, nextDue);
          lastEnding = connection.ending();
        } catch (IOException e) {
          lastEnding = String.valueOf(e.getMessage());
        }
        nextDue = compose(nextDue);
        recall();
        Thread.sleep(over ? Duration.ZERO : COME_BACK);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void logIn(GuestConnection connection) throws IOException, InterruptedException {
    var cursors = new HashMap<ConversationId, Long>();
    synchronized (this) {
      known = received;
      if (received > 0) {
        cursors.put(conversation, received);
      }
    }
    var token = new Command.Credentials.Token(self.token());
    var login = new Command.Login(token, false, new Command.Resume(cursors));
    var reply = connection.answer(login, PATIENCE);
    if (!(reply instanceof Reply.LoggedIn)) {
      throw new IOException("the login is answered with " + reply);
    }
  }

  /** Sends and receives until the connection ends. Returns the due time of the next message. */
  private long talk(GuestConnection connection, long firstDue)
      throws IOException, InterruptedException {
    long nextDue = firstDue;
    long nextAcknowledge = System.nanoTime();
    long nextPing = nextAcknowledge;
    while (!over && connection.isOpen()) {
      nextDue = compose(nextDue);
      sendWhatMayBe(connection);
      long now = System.nanoTime();
      if (now - nextAcknowledge >= 0) {
        acknowledge(connection);
        nextAcknowledge = now + ACKNOWLEDGE.toNanos();
      }
      if (now - nextPing >= 0) {
        var _ = connection.ask(new Command.Ping());
        nextPing = now + PING.toNanos();
      }
      checkPatience();
      Thread.sleep(STEP);
    }
    return nextDue;
  }

  /** Adds the messages that are due by now. */
  private synchronized long compose(long firstDue) {
    long nextDue = firstDue;
    for (; System.nanoTime() - nextDue >= 0; nextDue += INTERVAL.toNanos()) {
      if (talking) {
        long number = outgoing.next(nextDue);
        waiting.put(number, TEXT + number);
      }
    }
    return nextDue;
  }

  private void sendWhatMayBe(GuestConnection connection) throws IOException {
    while (true) {
      Map.Entry<Long, String> next;
      synchronized (this) {
        if (underWay.size() >= WINDOW || System.nanoTime() - pausedUntil < 0) {
          return;
        }
        next = waiting.pollFirstEntry();
        if (next == null) {
          return;
        }
        underWay.put(next.getKey(), System.nanoTime());
      }
      long number = next.getKey();
      var id = new ClientMessageId("siege-" + number);
      var _ =
          connection
              .ask(new Command.SendDirect(peer.id(), next.getValue(), id))
              .whenComplete((reply, _) -> answered(number, reply));
    }
  }

  private synchronized void answered(long number, @Nullable Reply reply) {
    switch (reply) {
      case null -> {} // The connection ended: it is sent again on the next one.
      case Reply.Sent sent -> {
        underWay.remove(number);
        outgoing.stored(number, sent.seq());
      }
      case Reply.Failed(var code, var _, var after) when code.isRetryable() -> {
        refusals.increment();
        underWay.remove(number);
        waiting.put(number, TEXT + number);
        outgoing.refused();
        pausedUntil = System.nanoTime() + (after == null ? DEFAULT_RETRY : after).toNanos();
      }
      default -> {
        underWay.remove(number);
        outgoing.violated("message " + number + " is answered with " + reply);
      }
    }
  }

  private void pushed(Push push) {
    long now = System.nanoTime();
    switch (push) {
      case Push.MessageReceived(var message) -> received(message, now);
      case Push.Page page -> page.messages().forEach(message -> received(message, now));
      case Push.EntryReceived _, Push.Receipt _, Push.Closing _ -> {}
    }
  }

  private synchronized void received(ChatMessage message, long now) {
    if (!message.conversation().equals(conversation)) {
      return;
    }
    boolean again = message.seq() <= known;
    received = Math.max(received, message.seq());
    if (message.sender().equals(peer.id()) && message.text().startsWith(TEXT)) {
      long number = Long.parseLong(message.text().substring(TEXT.length()));
      incoming.delivered(number, message.seq(), now, again);
    }
  }

  private void acknowledge(GuestConnection connection) throws IOException {
    long upTo;
    synchronized (this) {
      upTo = received;
    }
    if (upTo > 0) {
      connection.tell(new Command.Acknowledge(Map.of(conversation, upTo), Map.of()));
    }
  }

  private synchronized void checkPatience() throws IOException {
    long now = System.nanoTime();
    if (underWay.values().stream().anyMatch(at -> now - at > PATIENCE.toNanos())) {
      throw new IOException("no answer within " + PATIENCE.toSeconds() + " s");
    }
  }

  /** Queues again the messages that the server may not have received on the last connection. */
  private synchronized void recall() {
    underWay.keySet().forEach(number -> waiting.put(number, TEXT + number));
    underWay.clear();
  }

  /** Stops sending new messages. */
  void fallSilent() {
    talking = false;
  }

  /** Disconnects. */
  void leave() {
    over = true;
  }

  /** Whether the server acknowledged everything. */
  synchronized boolean isSettled() {
    return waiting.isEmpty() && underWay.isEmpty();
  }

  /** The number of lost connections. */
  long cutOff() {
    return Math.max(0, connections.sum() - 1);
  }

  long refusals() {
    return refusals.sum();
  }

  /** The reason why its last connection ended. */
  String lastEnding() {
    return lastEnding;
  }
}
