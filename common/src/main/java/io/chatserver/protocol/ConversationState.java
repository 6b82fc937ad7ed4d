package io.chatserver.protocol;

import org.jspecify.annotations.Nullable;

/**
 * How a conversation stands.
 *
 * @param head the {@code seq} of the last entry that the user may see; 0 if there is none
 * @param unread how many texts above {@code own.read()} the user may see
 * @param own how far the user is who asks
 * @param peer how far the other one is; null in groups, and where the user talks to himself
 */
public record ConversationState(
    ConversationId conversation, long head, long unread, Place own, @Nullable Place peer) {
  public ConversationState {
    if (head < 0 || unread < 0) {
      throw new IllegalArgumentException("head " + head + ", unread " + unread);
    }
  }

  /** A conversation of texts only. */
  public ConversationState(
      ConversationId conversation, long head, Place own, @Nullable Place peer) {
    this(conversation, head, Math.max(0, head - own.read()), own, peer);
  }
}
