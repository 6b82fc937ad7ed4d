package io.chatserver.server.message;

import io.chatserver.protocol.LogEntry;

/**
 * An entry that was stored.
 *
 * @param head the conversation's head when it was the last entry
 */
public record StoredEntry(LogEntry entry, Head head) {}
