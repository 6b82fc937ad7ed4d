package io.chatserver.protocol;

/** An entry of a kind that this client does not know: only its place counts. */
public record UnknownEntry(ConversationId conversation, long seq) implements LogEntry {}
