package io.chatserver.client.command;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.Reply;

/**
 * Shows what became of commands.
 *
 * <p>Threads: called by the one who runs commands and on the connection's event loop.
 */
public interface Display {
  /** One's own message is stored. */
  void sent(ChatMessage message);

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
