package io.chatserver.client.net;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ConversationId;
import java.util.LinkedHashMap;
import java.util.TreeMap;

/**
 * Knows which messages were shown, so that none is shown twice.
 *
 * <p>Messages of others come in order, so one number per conversation says what was pushed. An
 * acknowledgement of one's own may overtake a message with a lower number: it marks its own number
 * only. Of more conversations than anybody follows, those are forgotten where nothing was said for
 * longest.
 *
 * <p>Threads: the connection's event loop.
 */
final class RepeatFilter {
  static final int MAX_CONVERSATIONS = 10_000;

  private final LinkedHashMap<ConversationId, Seen> seenByConversation =
      new LinkedHashMap<>(16, 0.75f, true);

  /** Notes a pushed message; false if it was shown before. */
  boolean isNew(ChatMessage message) {
    return seen(message.conversation()).push(message.seq());
  }

  /** Notes one's own message, which its sender has before his eyes. */
  void sent(ConversationId conversation, long seq) {
    seen(conversation).own(seq);
  }

  /** Forgets everything: the next to log in is somebody else. */
  void clear() {
    seenByConversation.clear();
  }

  private Seen seen(ConversationId conversation) {
    var seen = seenByConversation.computeIfAbsent(conversation, _ -> new Seen());
    if (seenByConversation.size() > MAX_CONVERSATIONS) {
      seenByConversation.pollFirstEntry();
    }
    return seen;
  }

  /** What was shown of one conversation. */
  private static final class Seen {
    private long pushed;

    /** Own messages above {@link #pushed}, as ranges: first number to last. */
    private final TreeMap<Long, Long> own = new TreeMap<>();

    boolean push(long seq) {
      if (isShown(seq)) {
        return false;
      }
      pushed = seq;
      own.headMap(seq).clear();
      return true;
    }

    void own(long seq) {
      if (isShown(seq)) {
        return;
      }
      var before = own.lowerEntry(seq);
      long first = before != null && before.getValue() == seq - 1 ? before.getKey() : seq;
      var next = own.remove(seq + 1);
      own.put(first, next == null ? seq : next);
    }

    private boolean isShown(long seq) {
      var range = own.floorEntry(seq);
      return seq <= pushed || (range != null && seq <= range.getValue());
    }
  }
}
