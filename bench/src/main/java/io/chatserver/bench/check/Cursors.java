package io.chatserver.bench.check;

import io.chatserver.protocol.ConversationId;
import java.util.HashMap;
import java.util.Map;

/**
 * How far a device is in its conversations, by the protocol's cursor rule: in its memory, and on
 * its disk, which may be older. Besides, how far it ever got without a hole, which no death takes.
 *
 * <p>Threads: the device's.
 */
final class Cursors {
  private Map<ConversationId, Long> known = new HashMap<>();
  private Map<ConversationId, Long> saved = new HashMap<>();
  private final Map<ConversationId, Long> complete = new HashMap<>();

  /** A message came. */
  void pushed(ConversationId conversation, long seq) {
    // One that leaves a hole is for the judge; here it goes on.
    known.merge(conversation, seq, Math::max);
    completeWith(conversation, seq);
  }

  /** An own message is stored: that is its delivery if it is the next one. */
  void stored(ConversationId conversation, long seq) {
    var cursor = known.get(conversation);
    if (cursor != null && cursor == seq - 1) {
      known.put(conversation, seq);
      completeWith(conversation, seq);
    }
  }

  private void completeWith(ConversationId conversation, long seq) {
    if (complete.getOrDefault(conversation, 0L) == seq - 1) {
      complete.put(conversation, seq);
    }
  }

  /** Writes the memory to the disk. */
  void save() {
    saved = new HashMap<>(known);
  }

  /** Dies and comes back with what is on the disk. */
  void restore() {
    known = new HashMap<>(saved);
  }

  /** Loses memory and disk. */
  void forget() {
    known = new HashMap<>();
    saved = new HashMap<>();
  }

  /** Goes back to where it has all. */
  void rewind(Map<ConversationId, Cast.Members> conversations) {
    forget();
    conversations.keySet().forEach(each -> known.put(each, complete.getOrDefault(each, 0L)));
  }

  Map<ConversationId, Long> known() {
    return known;
  }
}
