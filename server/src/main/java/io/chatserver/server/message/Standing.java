package io.chatserver.server.message;

import io.chatserver.protocol.ConversationId;

/**
 * A user's place in a conversation.
 *
 * @param received the last message that he has received
 * @param head the last message there is
 */
public record Standing(ConversationId conversation, long received, long head) {}
