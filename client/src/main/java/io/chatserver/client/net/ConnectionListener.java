package io.chatserver.client.net;

import io.chatserver.protocol.Push;

/**
 * Hears what happens on a connection without having been asked for.
 *
 * <p>Threads: called on the connection's event loop, in the order of the wire. What it does there
 * keeps the connection from reading, which is how a slow listener slows the server down.
 */
public interface ConnectionListener {
  /** The server said something unasked. A message that was shown before does not come again. */
  void pushed(Push push);

  /** The connection's state has changed. */
  void stateChanged(ConnectionState state);
}
