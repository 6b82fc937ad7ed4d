package io.chatserver.server.chat;

import io.chatserver.protocol.Reply;
import io.chatserver.protocol.UserId;
import org.jspecify.annotations.Nullable;

/** The result of handling a command without blocking. */
sealed interface Outcome {
  /** The command is done; this is its reply. */
  record Now(Reply reply) implements Outcome {}

  /** In progress; the reply comes from elsewhere. */
  record Pending() implements Outcome {}

  /** The rest may block. */
  record Blocking(Work work) implements Outcome {}

  /**
   * The rest reads a large reply, and starts when the memory budget has room.
   *
   * @param inTurnOf the user whose pages are read one at a time; null without such an order
   */
  record Page(@Nullable UserId inTurnOf, Work work) implements Outcome {}

  /** Work that may block. */
  interface Work {
    /** Runs the work. Returns the reply, or null if the reply comes from elsewhere. */
    @Nullable Reply run();
  }
}
