package io.chatserver.server.message;

import io.chatserver.protocol.ChatMessage;

/** A draft and the message that it became. */
public record Committed<D extends Draft>(D draft, ChatMessage message) {}
