package io.chatserver.server.message;

import io.chatserver.protocol.ClientMessageId;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.UserId;
import org.jspecify.annotations.Nullable;

/** A message that is not stored yet. */
public interface Draft {
  /** Before all entries. */
  long NO_RIGHTS = -1;

  /** Where it is to go. */
  ConversationId conversation();

  /** Who says it; checked by the caller. */
  UserId sender();

  /** The sender's name. */
  String senderName();

  /** The sender's own number for it, null if he gave none. */
  @Nullable ClientMessageId clientId();

  /**
   * The entry as of which the sender was known to have the right to say something there. An earlier
   * one than is true costs a read. {@link #NO_RIGHTS} if it was not known to have it.
   */
  long rightsAsOf();

  /** The epoch of the log that {@link #rightsAsOf} belongs to; in another one it says nothing. */
  String epoch();

  /** What is said; checked by the caller. */
  String text();
}
