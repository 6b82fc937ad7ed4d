package io.chatserver.protocol;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the server says unasked. */
public sealed interface Push {
  /** A message of a conversation that the user takes part in. */
  record MessageReceived(ChatMessage message) implements Push {}

  /**
   * Consecutive messages of a conversation's log, to a session that is behind there.
   *
   * @param messages none where all that was to come has come singly meanwhile
   * @param more whether another page of this conversation follows
   */
  record Page(ConversationId conversation, List<ChatMessage> messages, boolean more)
      implements Push {
    public Page {
      messages = List.copyOf(messages);
    }
  }

  /** How far one of the two people of a direct conversation is by now. */
  record Receipt(ConversationId conversation, UserId user, Place place) implements Push {}

  /**
   * The server is about to hang up.
   *
   * @param reconnectAfter when to come back, where the server has a view on it
   */
  record Closing(DisconnectReason reason, @Nullable Duration reconnectAfter) implements Push {
    public Closing(DisconnectReason reason) {
      this(reason, null);
    }
  }
}
