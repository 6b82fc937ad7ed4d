package io.chatserver.server.message;

import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.UserId;

/** A message that is not stored yet. */
public interface Draft {
  /** Where it is to go. */
  ConversationId conversation();

  /** Who says it; checked by the caller. */
  UserId sender();

  /** The sender's name. */
  String senderName();

  /** What is said; checked by the caller. */
  String text();
}
