package io.chatserver.client.delivery;

import io.chatserver.client.net.ConnectionState;
import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.ConversationState;
import io.chatserver.protocol.MemberEntry;
import io.chatserver.protocol.Place;
import io.chatserver.protocol.UserId;
import java.util.List;

/**
 * Hears what happens in a session.
 *
 * <p>Threads: called on the connection's event loop. What it does there keeps the connection from
 * reading, which is how a slow listener slows the server down. It must not wait for a reply.
 */
public interface SessionListener {
  /**
   * The next message of a conversation, one's own included: each once, in the order of the log.
   * When this returns the message counts as dealt with; after a crash before that it comes again.
   */
  void message(ChatMessage message);

  /** Someone joined a group or was removed: each time once, in the order of the log. */
  default void memberChanged(MemberEntry change) {}

  /**
   * The server's database was restored from a copy: some of what was told before may be lost there,
   * and places in conversations are given again.
   */
  default void logBeganAnew() {}

  /** More is known of a message that is sent. */
  void stateChanged(Outgoing message, SendState state);

  /** The connection's state has changed. */
  void stateChanged(ConnectionState state);

  /** These were sent by an earlier run and have no outcome yet; they are sent again. */
  default void unsent(List<Outgoing> messages) {}

  /** How the user's conversations stand; told after every login. */
  default void conversations(List<ConversationState> conversations) {}

  /** How far the other one in a conversation is by now. */
  default void receipt(ConversationId conversation, UserId user, Place place) {}
}
