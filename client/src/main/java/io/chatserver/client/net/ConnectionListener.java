package io.chatserver.client.net;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import org.jspecify.annotations.Nullable;

/**
 * Hears what happens on a connection without having been asked for.
 *
 * <p>Threads: called on the connection's event loop, in the order of the wire. What it does there
 * keeps the connection from reading, which is how a slow listener slows the server down.
 */
public interface ConnectionListener {
  /** The server said something unasked. */
  void pushed(Push push);

  /** The connection's state has changed. */
  void stateChanged(ConnectionState state);

  /** The server answered a ping. */
  default void pong(Reply.Pong pong) {}

  /**
   * With what the connection logs in again when it has come back: as before, unless somebody knows
   * better.
   *
   * @param refused why the server has just refused what this gave before; null for the first try
   * @return null to give up
   */
  default Command.@Nullable Login nextLogin(Command.Login last, @Nullable ErrorCode refused) {
    return refused == null ? last : null;
  }
}
