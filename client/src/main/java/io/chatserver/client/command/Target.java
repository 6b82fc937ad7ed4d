package io.chatserver.client.command;

import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.UserId;

/** Whom a text is for. */
public sealed interface Target {
  /** The conversation that a user has there. */
  ConversationId conversation(UserId self);

  /** A user. */
  record User(UserId id) implements Target {
    @Override
    public ConversationId conversation(UserId self) {
      return ConversationId.direct(self, id);
    }
  }

  /** All members of a group. */
  record Group(GroupId id) implements Target {
    @Override
    public ConversationId conversation(UserId self) {
      return ConversationId.group(id);
    }
  }
}
