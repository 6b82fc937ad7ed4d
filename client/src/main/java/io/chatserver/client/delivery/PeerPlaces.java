package io.chatserver.client.delivery;

import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.Place;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Finds out which of the messages that were stored have been delivered and read, by how far the
 * other one is. Of very many the oldest are forgotten: they stay stored for all that is told.
 *
 * <p>Threads: the connection's event loop.
 */
final class PeerPlaces {
  private static final int MAX_PER_CONVERSATION = 1000;

  private final BiConsumer<Outgoing, SendState> listener;
  private final Map<ConversationId, Peer> peers = new HashMap<>();

  PeerPlaces(BiConsumer<Outgoing, SendState> listener) {
    this.listener = listener;
  }

  /** A message between two people was stored. */
  void stored(Outgoing message, long seq) {
    var peer = peer(message.conversation());
    peer.undelivered.add(new Stored(message, seq));
    if (peer.undelivered.size() > MAX_PER_CONVERSATION) {
      peer.undelivered.remove();
    }
    peer.tell(listener);
  }

  /** The other one is so far. */
  void moved(ConversationId conversation, Place place) {
    var peer = peer(conversation);
    peer.received = Math.max(peer.received, Math.max(place.received(), place.read()));
    peer.read = Math.max(peer.read, place.read());
    peer.tell(listener);
  }

  /** Forgets how far the others are: the log is another one. */
  void forget() {
    peers.clear();
  }

  private Peer peer(ConversationId conversation) {
    return peers.computeIfAbsent(conversation, _ -> new Peer());
  }

  private record Stored(Outgoing message, long seq) {}

  /** The other one in a conversation. */
  private static final class Peer {
    private final Deque<Stored> undelivered = new ArrayDeque<>();
    private final Deque<Stored> unread = new ArrayDeque<>();
    private long received;
    private long read;

    void tell(BiConsumer<Outgoing, SendState> listener) {
      while (!undelivered.isEmpty() && undelivered.element().seq <= received) {
        var stored = undelivered.remove();
        unread.add(stored);
        listener.accept(stored.message, new SendState.Delivered(stored.seq));
      }
      while (!unread.isEmpty() && unread.element().seq <= read) {
        var stored = unread.remove();
        listener.accept(stored.message, new SendState.Read(stored.seq));
      }
      while (unread.size() > MAX_PER_CONVERSATION) {
        unread.remove();
      }
    }
  }
}
