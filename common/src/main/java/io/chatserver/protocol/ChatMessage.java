package io.chatserver.protocol;

import java.time.Instant;

/**
 * A message of a conversation's log.
 *
 * @param seq its place in the conversation: 1, 2, 3 … without a hole
 * @param senderName the sender's name when it was read or sent
 * @param sentAt the server's time of acceptance; equal or rising with {@code seq} but for clock
 *     steps, so order by {@code seq}
 */
public record ChatMessage(
    ConversationId conversation,
    long seq,
    UserId sender,
    String senderName,
    Instant sentAt,
    String text) {
  /** The recipient of a direct message. */
  public UserId to() {
    return conversation.peerOf(sender);
  }

  /** The same message with another text: for pieces of one that is too long for a wire form. */
  ChatMessage withText(String piece) {
    return new ChatMessage(conversation, seq, sender, senderName, sentAt, piece);
  }
}
