package io.chatserver.protocol;

import java.time.Instant;

/**
 * A message of a conversation's log.
 *
 * @param seq its place in the conversation: 1, 2, 3 … without a hole
 * @param senderName the sender's name when it was read or sent
 * @param sentAt when the server accepted it; rises with {@code seq} in microseconds, and never
 *     falls on the wire
 */
public record ChatMessage(
    ConversationId conversation,
    long seq,
    UserId sender,
    String senderName,
    Instant sentAt,
    String text)
    implements LogEntry {
  /** The recipient of a direct message. */
  public UserId to() {
    return conversation.peerOf(sender);
  }

  /** The same message with another text: for pieces of one that is too long for a wire form. */
  ChatMessage withText(String piece) {
    return new ChatMessage(conversation, seq, sender, senderName, sentAt, piece);
  }
}
