package io.chatserver.client.delivery;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.ConversationState;
import io.chatserver.protocol.LogEntry;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.ServerInfo;
import io.chatserver.protocol.Span;
import io.chatserver.protocol.StreamDigest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes every entry of the log once and in order, whatever the server pushes: the next one is
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
  private static final int MAX_RESUMED = 169;

  private final CursorFile cursors;
  private final Acknowledger acknowledger;
  private final Consumer<LogEntry> listener;
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
      Consumer<LogEntry> listener) {
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
    resumed = new Command.Resume(some, cursors.epoch());
    return resumed;
  }

  /**
   * A session has begun.
   *
   * @return whether the log is another one than before: then all cursors are forgotten
   */
  boolean sessionBegan(@Nullable ServerInfo server) {
    boolean anew = server != null && !server.resumed() && !cursors.all().isEmpty();
    if (anew) {
      cursors.clear();
      resumed = new Command.Resume(Map.of());
    }
    if (server != null) {
      cursors.setEpoch(server.epoch());
    }
    digest = new StreamDigest();
    cursorsAtLogin = cursors.all();
    allKnown = false;
    gaps.clear();
    return anew;
  }

  /** Takes what the server pushed. */
  void pushed(LogEntry entry) {
    digest.add(entry.conversation(), entry.seq());
    var cursor = cursors.get(entry.conversation());
    if (cursor.isEmpty() && !allKnown) {
      // The server knows better than a client without a cursor where it goes on.
      take(entry);
    } else {
      arrived(entry, cursor.orElse(0));
    }
  }

  /** Takes a page that the server pushed. What it covers and does not hold is not missing. */
  void pushed(Push.Page page) {
    var span = page.span();
    var cursor = cursors.get(page.conversation());
    boolean follows =
        cursor.isEmpty() ? !allKnown : span != null && span.after() <= cursor.getAsLong();
    if (span == null || !follows) {
      page.entries().forEach(this::pushed);
      return;
    }
    page.entries().forEach(entry -> digest.add(entry.conversation(), entry.seq()));
    page.entries().forEach(this::read);
    covered(page.conversation(), span);
  }

  private void arrived(LogEntry entry, long cursor) {
    if (entry.seq() == cursor + 1) {
      take(entry);
    } else if (entry.seq() > cursor) {
      gaps.fill(entry.conversation(), entry.seq());
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
  public void read(LogEntry entry) {
    if (entry.seq() > cursor(entry.conversation())) {
      take(entry);
    }
  }

  @Override
  public void covered(ConversationId conversation, Span span) {
    long cursor = cursor(conversation);
    if (span.after() <= cursor && span.through() > cursor) {
      moveTo(conversation, span.through());
    }
  }

  private void take(LogEntry entry) {
    listener.accept(entry);
    moveTo(entry.conversation(), entry.seq());
  }

  private void moveTo(ConversationId conversation, long seq) {
    cursors.set(conversation, seq);
    acknowledger.received(conversation, seq);
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
      cursors.set(conversation, Math.min(received, state.head()));
      // This client took new entries for repeats.
      gaps.fill(conversation, state.head());
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
