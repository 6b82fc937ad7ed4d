package io.chatserver.protocol;

import org.jspecify.annotations.Nullable;

/**
 * How a conversation stands.
 *
 * @param head the seq of its last message; 0 if nothing was said
 * @param own how far the user is who asks
 * @param peer how far the other one is; null in groups, and where the user talks to himself
 */
public record ConversationState(
    ConversationId conversation, long head, Place own, @Nullable Place peer) {
  public ConversationState {
    if (head < 0) {
      throw new IllegalArgumentException("head " + head);
    }
  }

  /** How many messages the user has not read. */
  public long unread() {
    return Math.max(0, head - own.read());
  }
}
