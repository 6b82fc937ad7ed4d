package io.chatserver.server.chat;

import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.UserId;
import io.chatserver.server.chat.PageTurns.Turn;
import io.chatserver.server.memory.MemoryBudget;
import io.chatserver.server.memory.MemoryBudget.Room;
import io.chatserver.server.session.Connection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A request with a large reply. It waits for its user's turn, then for room in the memory budget,
 * and then reads the reply from the database.
 *
 * <p>Threads: its connection's event loop.
 */
final class PageRequest {
  private final Connection connection;
  private final MemoryBudget budget;
  private final Executor commandExecutor;
  private final Supplier<@Nullable Reply> work;
  private final Consumer<@Nullable Reply> onAnswer;
  private @Nullable Turn turn;
  private @Nullable CompletableFuture<Room> asked;
  private boolean begun;
  private boolean reading;
  private boolean abandoned;

  /**
   * Creates a request that has not begun.
   *
   * @param work reads the reply; may block
   * @param onAnswer receives the reply
   */
  PageRequest(
      Connection connection,
      MemoryBudget budget,
      Executor commandExecutor,
      Supplier<@Nullable Reply> work,
      Consumer<@Nullable Reply> onAnswer) {
    this.connection = connection;
    this.budget = budget;
    this.commandExecutor = commandExecutor;
    this.work = work;
    this.onAnswer = onAnswer;
  }

  /** Begins the request, in the turn of a user if one is given. */
  void begin(PageTurns turns, @Nullable UserId inTurnOf) {
    if (inTurnOf == null) {
      askForRoom();
    } else {
      turn = turns.take(inTurnOf, connection, this::askForRoom);
    }
  }

  private void askForRoom() {
    if (abandoned) {
      return;
    }
    var room = budget.room();
    asked = room;
    var _ = room.whenComplete((granted, _) -> connection.loop().execute(() -> read(granted)));
  }

  private void read(@Nullable Room room) {
    if (abandoned) {
      close(room);
      return;
    }
    begun = true;
    reading = true;
    if (room == null) {
      answer(null, new Reply.Failed(ErrorCode.SHUTTING_DOWN, ""));
      return;
    }
    try {
      commandExecutor.execute(() -> {
        var reply = work.get();
        connection.loop().execute(() -> answer(room, reply));
      });
    } catch (RejectedExecutionException _) {
      answer(room, new Reply.Failed(ErrorCode.SHUTTING_DOWN, ""));
    }
  }

  private void answer(@Nullable Room room, @Nullable Reply reply) {
    reading = false;
    try {
      onAnswer.accept(reply);
    } finally {
      // The reply is encoded or dropped now; the connection counts its unwritten bytes.
      close(room);
      if (abandoned) {
        written();
      }
    }
  }

  private static void close(@Nullable Room room) {
    if (room != null) {
      room.close();
    }
  }

  /** The reply is written to the last byte. */
  void written() {
    if (turn != null) {
      turn.end();
    }
  }

  /**
   * The connection is closed. A reply that is being read keeps its room until the read ends.
   *
   * @return whether reading has not begun, so that there will be no reply
   */
  boolean abandon() {
    abandoned = true;
    if (asked != null) {
      asked.cancel(false);
    }
    if (!reading) {
      written();
    }
    return !begun;
  }
}
