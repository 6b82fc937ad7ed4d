package io.chatserver.server.message;

import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.UserId;

/** A draft of a test. */
record Said(ConversationId conversation, UserId sender, String senderName, String text)
    implements Draft {}
