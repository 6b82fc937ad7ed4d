package io.chatserver.protocol;

import java.util.List;

/** An entry of a conversation's log. */
public sealed interface LogEntry permits ChatMessage, MemberEntry, UnknownEntry {
  /** The conversation. */
  ConversationId conversation();

  /** Its place in the log: 1, 2, 3 … without a hole. */
  long seq();

  /** The texts among some entries. */
  static List<ChatMessage> texts(List<LogEntry> entries) {
    return entries.stream()
        .filter(ChatMessage.class::isInstance)
        .map(ChatMessage.class::cast)
        .toList();
  }
}
