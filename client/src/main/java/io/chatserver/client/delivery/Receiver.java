package io.chatserver.client.delivery;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.ConversationState;
import io.chatserver.protocol.StreamDigest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes every message of the log once and in order, whatever the server pushes: the next one is
 * taken, a lower one is a repeat, a higher one shows a gap, which is read.
 *
 * <p>Threads: the connection's event loop.
 */
final class Receiver implements RangeReader.Reader {
  private static final Logger log = LoggerFactory.getLogger(Receiver.class);

  /**
   * So many fit into the 16,384 bytes of an object before the login, whatever their length and that
   * of a password. For the others the server goes on where it thinks that the user is.
   */
  private static final int MAX_RESUMED = 170;

  private final CursorFile cursors;
  private final Acknowledger acknowledger;
  private final Consumer<ChatMessage> listener;
  private final RangeReader gaps;

  private StreamDigest digest = new StreamDigest();
  private Map<ConversationId, Long> cursorsAtLogin = Map.of();
  private Command.Resume resumed = new Command.Resume(Map.of());

  /** Whether the server has said in this session where all conversations stand. */
  private boolean allKnown;

  Receiver(
      CursorFile cursors,
      Questions questions,
      Acknowledger acknowledger,
      Consumer<ChatMessage> listener) {
    this.cursors = cursors;
    this.acknowledger = acknowledger;
    this.listener = listener;
    gaps = new RangeReader(questions, this);
  }

  /** Where the server is to go on, in the session that begins next. */
  Command.Resume resume() {
    var some = new HashMap<ConversationId, Long>();
    cursors.all().entrySet().stream()
        .limit(MAX_RESUMED)
        .forEach(cursor -> some.put(cursor.getKey(), cursor.getValue()));
    resumed = new Command.Resume(some);
    return resumed;
  }

  void sessionBegan() {
    digest = new StreamDigest();
    cursorsAtLogin = cursors.all();
    allKnown = false;
    gaps.clear();
  }

  /** Takes what the server pushed. */
  void pushed(ChatMessage message) {
    digest.add(message.conversation(), message.seq());
    var conversation = message.conversation();
    var cursor = cursors.get(conversation);
    if (cursor.isEmpty() && !allKnown) {
      // The server knows better than a client without a cursor where it goes on.
      take(message);
    } else {
      arrived(message, cursor.orElse(0));
    }
  }

  private void arrived(ChatMessage message, long cursor) {
    if (message.seq() == cursor + 1) {
      take(message);
    } else if (message.seq() > cursor) {
      gaps.fill(message.conversation(), message.seq());
    }
  }

  /** Takes an own message that was acknowledged, unless others before it are still on their way. */
  void stored(ChatMessage own) {
    var cursor = cursors.get(own.conversation());
    if (cursor.isEmpty() || own.seq() == cursor.getAsLong() + 1) {
      arrived(own, cursor.orElse(0));
    }
  }

  @Override
  public long cursor(ConversationId conversation) {
    return cursors.get(conversation).orElse(0);
  }

  @Override
  public void read(ChatMessage message) {
    if (message.seq() > cursor(message.conversation())) {
      take(message);
    }
  }

  private void take(ChatMessage message) {
    listener.accept(message);
    cursors.set(message.conversation(), message.seq());
    acknowledger.received(message.conversation(), message.seq());
  }

  /** Learns where the conversations stand, at the beginning of a session. */
  void standing(List<ConversationState> conversations) {
    for (var state : conversations) {
      var cursor = cursors.get(state.conversation());
      if (cursor.isEmpty()) {
        cursors.set(state.conversation(), state.own().received());
      } else {
        compare(cursor.getAsLong(), state);
      }
    }
    allKnown = true;
  }

  private void compare(long cursor, ConversationState state) {
    var conversation = state.conversation();
    long received = state.own().received();
    if (cursor > state.head() && cursorsAtLogin.getOrDefault(conversation, 0L) == cursor) {
      log.warn("{} ends at {}: the server lost what came after it", conversation, state.head());
      cursors.set(conversation, state.head());
      // What was said since then may have been taken for a repeat.
      gaps.fill(conversation, state.head() + 1);
    } else if (cursor > received) {
      // Dealt with by a client that did not live to acknowledge it.
      acknowledger.received(conversation, cursor);
    } else if (cursor < received && !resumed.cursors().containsKey(conversation)) {
      gaps.fill(conversation, received);
    }
  }

  /** Reads what is missing up to the heads. */
  void catchUp(List<ConversationState> conversations) {
    for (var state : conversations) {
      if (state.head() > cursor(state.conversation())) {
        gaps.fill(state.conversation(), state.head());
      }
    }
  }

  /** Whether everything that the server has pushed has arrived; its word counts from now on. */
  boolean agrees(String serversDigest) {
    boolean equal = digest.text().equals(serversDigest);
    if (!equal) {
      log.warn("something was lost on the way: {} and not {}", digest.text(), serversDigest);
      digest = StreamDigest.of(serversDigest);
    }
    return equal;
  }
}
