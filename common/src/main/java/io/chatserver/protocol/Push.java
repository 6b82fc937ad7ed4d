package io.chatserver.protocol;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message from the server that is no reply. */
public sealed interface Push {
  /** A message of a conversation that the user takes part in. */
  record MessageReceived(ChatMessage message) implements Push {}

  /** An entry that is no text, to a session that reads entries. */
  record EntryReceived(LogEntry entry) implements Push {}

  /**
   * A part of a conversation's log, to a session that is behind there.
   *
   * @param entries in their order; none where all that was to come has come singly meanwhile
   * @param more whether another page of this conversation follows
   * @param span what the page covers; null for a session that reads texts only
   */
  record Page(
      ConversationId conversation, List<LogEntry> entries, boolean more, @Nullable Span span)
      implements Push {
    public Page {
      entries = List.copyOf(entries);
    }

    /** A page of texts, for a session that reads texts only. */
    public Page(ConversationId conversation, List<ChatMessage> messages, boolean more) {
      this(conversation, List.copyOf(messages), more, null);
    }

    /** The texts. */
    public List<ChatMessage> messages() {
      return LogEntry.texts(entries);
    }
  }

  /** How far one of the two people of a direct conversation is by now. */
  record Receipt(ConversationId conversation, UserId user, Place place) implements Push {}

  /**
   * The server is about to close the connection.
   *
   * @param reconnectAfter when to reconnect, if the server specifies it
   */
  record Closing(DisconnectReason reason, @Nullable Duration reconnectAfter) implements Push {
    public Closing(DisconnectReason reason) {
      this(reason, null);
    }
  }
}
