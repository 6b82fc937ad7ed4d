package io.chatserver.server.message;

import io.chatserver.protocol.ChatMessage;
import org.jspecify.annotations.Nullable;

/**
 * A text that is stored under a client id.
 *
 * @param hash of what was sent; null in rows of an older version
 */
record Known(ChatMessage message, Head head, @Nullable ContentHash hash) {
  /** Whether a draft under the same client id repeats this text. */
  boolean isRepeatedBy(Draft draft) {
    return draft.conversation().equals(message.conversation())
        && (hash == null
            ? draft.text().equals(message.text())
            : hash.equals(ContentHash.ofText(draft.text())));
  }
}
