package io.chatserver.server.message;

import io.chatserver.protocol.ConversationId;

/** A conversation ends before an entry that this node has stored: the database was restored. */
final class LogWentBack extends RuntimeException {
  LogWentBack(ConversationId conversation, long last, long own) {
    super(
        "%s ends at %d, and this node has stored %d: the database was restored from a copy"
            .formatted(conversation, last, own));
  }
}
