package io.chatserver.server.message;

import io.chatserver.protocol.ClientMessageId;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.UserId;
import org.jspecify.annotations.Nullable;

/** A draft of a test. */
record Said(
    ConversationId conversation,
    UserId sender,
    String senderName,
    @Nullable ClientMessageId clientId,
    String text,
    String epoch)
    implements Draft {
  @Override
  public long rightsAsOf() {
    return 0;
  }
}
