package io.chatserver.server.message;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ClientMessageId;
import io.chatserver.protocol.UserId;
import org.jspecify.annotations.Nullable;

/**
 * A row of the log.
 *
 * @param clientId what the sender calls it, null if nothing
 */
record Entry(ChatMessage message, @Nullable ClientMessageId clientId) {
  /** What a sender calls a message: stored no more than once. */
  record Key(UserId sender, ClientMessageId clientId) {}
}
