package io.chatserver.server.message;

import io.chatserver.protocol.ChatMessage;

/**
 * A draft and the text that it became.
 *
 * @param head the conversation's head when the text was its last row
 */
public record Committed<D extends Draft>(D draft, ChatMessage message, Head head) {}
