package io.chatserver.server.chat;

import io.chatserver.protocol.Command;
import org.jspecify.annotations.Nullable;

/**
 * The table of what each command needs before it reaches its feature.
 *
 * @param session whether a user must be logged in
 * @param rate the rate class of the command; null for login and register, which have the limits of
 *     connections without a login
 */
record Needs(boolean session, @Nullable RateClass rate) {
  private static final Needs NOTHING = new Needs(false, null);
  private static final Needs PING = new Needs(false, RateClass.SIGNALS);
  private static final Needs SIGNAL = new Needs(true, RateClass.SIGNALS);
  private static final Needs SEND = new Needs(true, RateClass.SENDS);
  private static final Needs LIST = new Needs(true, RateClass.LISTS);
  private static final Needs HISTORY = new Needs(true, RateClass.HISTORY);
  private static final Needs FIND = new Needs(true, RateClass.FINDS);
  private static final Needs WRITE = new Needs(true, RateClass.WRITES);

  static Needs of(Command command) {
    return switch (command) {
      case Command.SendDirect _, Command.SendGroup _ -> SEND;
      case Command.Acknowledge _, Command.Logout _ -> SIGNAL;
      case Command.Ping _ -> PING;
      case Command.Register _, Command.Login _ -> NOTHING;
      case Command.ListFriends _,
          Command.ListGroups _,
          Command.ListMembers _,
          Command.ListConversations _ ->
          LIST;
      case Command.History _ -> HISTORY;
      case Command.Find _ -> FIND;
      case Command.AddFriend _,
          Command.CreateGroup _,
          Command.JoinGroup _,
          Command.RevokeTokens _,
          Command.ChangePassword _ ->
          WRITE;
    };
  }
}
