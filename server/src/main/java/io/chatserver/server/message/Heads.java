package io.chatserver.server.message;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.chatserver.protocol.ConversationId;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The last messages of conversations, as far as they are known to be committed. Those that were
 * used longest ago are forgotten.
 *
 * <p>Threads: any.
 */
final class Heads {
  private static final int MAX_SIZE = 100_000;

  @GuardedBy("this") private final Map<ConversationId, Long> seqs = new LruMap<>();

  /** The {@code seq} of the last message; null if it is not known. */
  synchronized @Nullable Long get(ConversationId conversation) {
    return seqs.get(conversation);
  }

  /** Notes what was committed here. */
  synchronized void committed(Map<ConversationId, Long> heads) {
    heads.forEach((conversation, seq) -> seqs.merge(conversation, seq, Math::max));
  }

  /** Notes what was committed elsewhere, in a conversation that is written here, too. */
  synchronized void heard(ConversationId conversation, long seq) {
    seqs.computeIfPresent(conversation, (_, known) -> Math.max(known, seq));
  }

  synchronized void forget(Collection<ConversationId> conversations) {
    seqs.keySet().removeAll(conversations);
  }

  synchronized void forgetAll() {
    seqs.clear();
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
