package io.chatserver.server.message;

import io.chatserver.protocol.ClientMessageId;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.UserId;
import org.jspecify.annotations.Nullable;

/** A message that is not stored yet. */
public interface Draft {
  /** Where it is to go. */
  ConversationId conversation();

  /** Who says it; checked by the caller. */
  UserId sender();

  /** The sender's name. */
  String senderName();

  /** The sender's own number for it, null if he gave none. */
  @Nullable ClientMessageId clientId();

  /** What is said; checked by the caller. */
  String text();
}
