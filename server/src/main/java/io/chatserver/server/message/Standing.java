package io.chatserver.server.message;

import io.chatserver.protocol.ConversationId;

/**
 * A user's place in a conversation.
 *
 * @param joined the last message that is not his to see
 * @param received the last message that he has received
 * @param head the last message there is
 */
public record Standing(ConversationId conversation, long joined, long received, long head) {}
