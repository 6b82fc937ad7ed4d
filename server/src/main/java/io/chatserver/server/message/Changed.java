package io.chatserver.server.message;

import org.jspecify.annotations.Nullable;

/**
 * The result of a change of a conversation's state.
 *
 * @param entry the entry that tells of it; null if nothing was to be changed
 */
public record Changed<T>(T result, @Nullable StoredEntry entry) {}
