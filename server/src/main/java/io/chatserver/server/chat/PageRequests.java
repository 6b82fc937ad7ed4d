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
 * Begins requests with large replies.
 *
 * @param turns the order among a user's requests
 * @param budget the budget in which they reserve room
 * @param commandExecutor runs the database reads
 */
public record PageRequests(PageTurns turns, MemoryBudget budget, Executor commandExecutor) {
  /**
   * Begins a request; in the connection's loop.
   *
   * @param inTurnOf the user whose pages are read one at a time; null without such an order
   * @param work reads the reply; may block
   * @param onAnswer receives the reply, in the loop
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
