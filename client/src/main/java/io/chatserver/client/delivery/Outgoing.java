package io.chatserver.client.delivery;

import io.chatserver.protocol.ClientMessageId;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.UserId;
import java.time.Instant;

/** A text that this client sends. */
public record Outgoing(
    ClientMessageId id, ConversationId conversation, String text, Instant queuedAt) {
  Command command(UserId self) {
    return conversation.isDirect()
        ? new Command.SendDirect(conversation.peerOf(self), text, id)
        : new Command.SendGroup(conversation.group(), text, id);
  }
}
