package io.chatserver.client.command;

import io.chatserver.client.delivery.Outgoing;
import io.chatserver.client.delivery.SendState;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.Reply;

/**
 * Shows what became of commands.
 *
 * <p>Threads: called by the one who runs commands and on the connection's event loop.
 */
public interface Display {
  /** A text is on disk and will be sent. */
  void queued(Outgoing message);

  /** A text is stored. */
  void stored(Outgoing message, SendState.Stored stored);

  /** Another command succeeded; the members of a group come in several replies. */
  void answered(Command command, Reply reply);

  /**
   * A command failed.
   *
   * @param line what was typed
   * @param code the number of the server's refusal, or a word for a failure on this side
   */
  void failed(String line, String code, String reason);

  /** The current conversation has changed. */
  void talkingTo(Target target);
}
