package io.chatserver.client.command;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.UserId;

/** Whom a text is for. */
public sealed interface Target {
  /** The command that sends a text there. */
  Command send(String text);

  /** A user. */
  record User(UserId id) implements Target {
    @Override
    public Command send(String text) {
      return new Command.SendDirect(id, text);
    }
  }

  /** All members of a group. */
  record Group(GroupId id) implements Target {
    @Override
    public Command send(String text) {
      return new Command.SendGroup(id, text);
    }
  }
}
