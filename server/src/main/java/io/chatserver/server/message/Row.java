package io.chatserver.server.message;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ClientMessageId;
import io.chatserver.protocol.LogEntry;
import io.chatserver.protocol.MemberEntry;
import io.chatserver.protocol.UnknownEntry;
import io.chatserver.protocol.UserId;
import io.chatserver.server.storage.StoredTime;
import org.jspecify.annotations.Nullable;

/**
 * A row of the log.
 *
 * @param clientId the sender's own id of a text; null if the client gave none
 * @param others the number of entries up to this one, itself included, that are not texts
 * @param rights the {@code seq} of the last entry, itself included, that changed rights; 0 for none
 */
record Row(LogEntry entry, @Nullable ClientMessageId clientId, long others, long rights) {
  /** A sender's own id of a text; at most one text has it. */
  record Key(UserId sender, ClientMessageId clientId) {}

  /** The head of the conversation when this is its last row. */
  Head head() {
    return new Head(entry.seq(), others, micros(), rights);
  }

  /** The time as the table has it. */
  long micros() {
    return StoredTime.of(
        switch (entry) {
          case ChatMessage message -> message.sentAt();
          case MemberEntry change -> change.sentAt();
          case UnknownEntry _ -> throw new IllegalStateException("not stored by this server");
        });
  }
}
