package io.chatserver.server.chat;

import io.chatserver.protocol.Reply;
import io.chatserver.protocol.UserId;
import io.chatserver.server.memory.MemoryBudget;
import io.chatserver.server.session.Connection;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Begins requests whose answers are large.
 *
 * @param turns the order among a user's requests
 * @param budget where they wait for room
 * @param commandExecutor where they read from the database
 */
public record PageRequests(PageTurns turns, MemoryBudget budget, Executor commandExecutor) {
  /**
   * Begins one; in the connection's loop.
   *
   * @param inTurnOf whose pages come one at a time; null where this one waits for no other
   * @param work reads the answer; may block
   * @param onAnswer is given the answer, in the loop
   */
  PageRequest begin(
      Connection connection,
      @Nullable UserId inTurnOf,
      Supplier<@Nullable Reply> work,
      Consumer<@Nullable Reply> onAnswer) {
    var request = new PageRequest(connection, budget, commandExecutor, work, onAnswer);
    request.begin(turns, inTurnOf);
    return request;
  }
}
