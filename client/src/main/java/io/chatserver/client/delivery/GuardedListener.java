package io.chatserver.client.delivery;

import io.chatserver.client.net.ConnectionState;
import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.ConversationState;
import io.chatserver.protocol.MemberEntry;
import io.chatserver.protocol.Place;
import io.chatserver.protocol.UserId;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a listener's faults from the session: what comes after the one who was told goes on.
 *
 * <p>Threads: the connection's event loop.
 */
record GuardedListener(SessionListener listener) implements SessionListener {
  private static final Logger log = LoggerFactory.getLogger(GuardedListener.class);

  @Override
  public void message(ChatMessage message) {
    guard(() -> listener.message(message));
  }

  @Override
  public void memberChanged(MemberEntry change) {
    guard(() -> listener.memberChanged(change));
  }

  @Override
  public void logBeganAnew() {
    guard(listener::logBeganAnew);
  }

  @Override
  public void stateChanged(Outgoing message, SendState state) {
    guard(() -> listener.stateChanged(message, state));
  }

  @Override
  public void stateChanged(ConnectionState state) {
    guard(() -> listener.stateChanged(state));
  }

  @Override
  public void unsent(List<Outgoing> messages) {
    guard(() -> listener.unsent(messages));
  }

  @Override
  public void conversations(List<ConversationState> conversations) {
    guard(() -> listener.conversations(conversations));
  }

  @Override
  public void receipt(ConversationId conversation, UserId user, Place place) {
    guard(() -> listener.receipt(conversation, user, place));
  }

  private static void guard(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException e) {
      log.warn("the listener failed", e);
    }
  }
}
