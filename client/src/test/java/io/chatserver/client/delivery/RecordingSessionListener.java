package io.chatserver.client.delivery;

import io.chatserver.client.net.ConnectionState;
import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.ConversationState;
import io.chatserver.protocol.Place;
import io.chatserver.protocol.UserId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Remembers what a session told. */
final class RecordingSessionListener implements SessionListener {
  final List<String> texts = new CopyOnWriteArrayList<>();
  final List<Long> seqs = new CopyOnWriteArrayList<>();
  final List<String> sends = new CopyOnWriteArrayList<>();
  final List<ConnectionState> states = new CopyOnWriteArrayList<>();
  final List<String> unsent = new CopyOnWriteArrayList<>();
  final List<ConversationState> conversations = new CopyOnWriteArrayList<>();
  final List<Place> receipts = new CopyOnWriteArrayList<>();

  /** How often the log began anew. */
  final AtomicInteger begunAnew = new AtomicInteger();

  @Override
  public void logBeganAnew() {
    begunAnew.incrementAndGet();
  }

  @Override
  public void message(ChatMessage message) {
    texts.add(message.text());
    seqs.add(message.seq());
  }

  @Override
  public void stateChanged(Outgoing message, SendState state) {
    sends.add(message.text() + " " + state);
  }

  @Override
  public void stateChanged(ConnectionState state) {
    states.add(state);
  }

  @Override
  public void unsent(List<Outgoing> messages) {
    messages.forEach(message -> unsent.add(message.text()));
  }

  @Override
  public void conversations(List<ConversationState> states) {
    conversations.addAll(states);
  }

  @Override
  public void receipt(ConversationId conversation, UserId user, Place place) {
    receipts.add(place);
  }

  long count(Class<? extends ConnectionState> kind) {
    return states.stream().filter(kind::isInstance).count();
  }
}
