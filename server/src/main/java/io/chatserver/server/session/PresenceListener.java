package io.chatserver.server.session;

import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.UserId;

/**
 * Hears who has sessions on this node.
 *
 * <p>Threads: any; what concerns one user or group comes in order, and is not to block.
 */
public interface PresenceListener {
  /** A user has his first session. */
  void userCame(UserId user);

  /** A user has no session any more. */
  void userLeft(UserId user);

  /** A group has its first session. */
  void groupCame(ConversationId group);

  /** A group has no session any more. */
  void groupLeft(ConversationId group);
}
