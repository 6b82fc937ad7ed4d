package io.chatserver.server.message;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.chatserver.protocol.ConversationId;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The heads of conversations, as far as they are known to be committed. The least recently used are
 * forgotten.
 *
 * <p>Threads: any.
 */
final class Heads {
  private static final int MAX_SIZE = 100_000;

  /** The rows of other nodes that came before one that is still missing, at most so many. */
  private static final int MAX_EARLY = 8;

  @GuardedBy("this") private final Map<ConversationId, State> heads = new LruMap<>();

  /** A head, and rows above it that came early, without a hole between them. */
  private record State(Head head, List<Head> early) {
    State(Head head) {
      this(head, List.of());
    }

    /** The state after a row of another node; null if the head must be read again. */
    @Nullable State heard(Head other) {
      long last = early.isEmpty() ? head.seq() : early.getLast().seq();
      boolean follows = other.seq() == last + 1;
      if (other.seq() <= last) {
        return this;
      }
      if (follows && early.isEmpty()) {
        return new State(other);
      }
      boolean waits = (follows || early.isEmpty()) && early.size() < MAX_EARLY;
      return waits
          ? new State(head, Stream.concat(early.stream(), Stream.of(other)).toList())
          : null;
    }

    /** The state after a row of this node, and after those that came early, if they follow it. */
    State committed(Head own) {
      var above = early.stream().filter(each -> each.seq() > own.seq()).toList();
      boolean follows = !above.isEmpty() && above.getFirst().seq() == own.seq() + 1;
      return new State(follows ? above.getLast() : own);
    }
  }

  /** The head of a conversation; null if it is not known. */
  synchronized @Nullable Head get(ConversationId conversation) {
    var state = heads.get(conversation);
    return state == null || !state.early.isEmpty() ? null : state.head;
  }

  /** Notes what was committed here. */
  synchronized void committed(Map<ConversationId, Head> committed) {
    committed.forEach((conversation, head) -> {
      var before = heads.get(conversation);
      heads.put(conversation, before == null ? new State(head) : before.committed(head));
    });
  }

  /**
   * Notes a row that another node stored. A head moves only to the row that follows it. Rows that
   * come before an own commit is noted wait for it; until then the head is not known.
   */
  synchronized void heard(ConversationId conversation, Head head) {
    heads.computeIfPresent(conversation, (_, state) -> state.heard(head));
  }

  synchronized void forget(Collection<ConversationId> conversations) {
    heads.keySet().removeAll(conversations);
  }

  synchronized void forgetAll() {
    heads.clear();
  }

  private static final class LruMap<K, V> extends LinkedHashMap<K, V> {
    LruMap() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > MAX_SIZE;
    }
  }
}
