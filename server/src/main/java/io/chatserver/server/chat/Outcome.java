package io.chatserver.server.chat;

import io.chatserver.protocol.Reply;
import io.chatserver.protocol.UserId;
import org.jspecify.annotations.Nullable;

/** What became of a command when it was handed over. */
sealed interface Outcome {
  /** Answered. */
  record Now(Reply reply) implements Outcome {}

  /** Under way; the answer comes from elsewhere. */
  record Pending() implements Outcome {}

  /** To be gone on with where it may block. */
  record Blocking(Work work) implements Outcome {}

  /**
   * To be gone on with when there is memory for a large answer.
   *
   * @param inTurnOf whose pages come one at a time; null where the answer waits for no other
   */
  record Page(@Nullable UserId inTurnOf, Work work) implements Outcome {}

  /** Something that may block. */
  interface Work {
    /** Does it, and returns the answer, or null if that comes from elsewhere. */
    @Nullable Reply run();
  }
}
