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
 * A request whose answer is large: it waits for its user's turn, then for room in memory, and is
 * then read from the database.
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
   * Prepares it.
   *
   * @param work reads the answer; may block
   * @param onAnswer is given the answer
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

  /** Begins, in a user's turn where one is named. */
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
      // Encoded now, or dropped: what is not written is counted by the connection.
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

  /** The answer is written to the last byte. */
  void written() {
    if (turn != null) {
      turn.end();
    }
  }

  /**
   * The connection is gone. What is being read from the database is in memory until it is read.
   *
   * @return whether it was not read yet, and is not answered
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
