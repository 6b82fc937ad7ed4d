package io.chatserver.server.chat;

import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.UserId;
import io.chatserver.server.session.Connection;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Gives each user one history page in memory at a time, on all their connections: a request waits
 * until the page before it is written to the last byte.
 *
 * <p>Threads: any.
 */
public final class PageTurns {
  /** A page of 128 KiB takes so long at 70 kbit/s. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Map<UserId, Queue<Turn>> turnsByUser = new ConcurrentHashMap<>();
  private final Duration patience;

  public PageTurns() {
    this(PATIENCE);
  }

  /**
   * The same with another patience.
   *
   * @param patience how long a connection may have its turn while another one waits for it
   */
  PageTurns(Duration patience) {
    this.patience = patience;
  }

  /**
   * Puts a request in line.
   *
   * @param begin run once, in the connection's loop, when its turn has come and was not ended
   */
  Turn take(UserId user, Connection connection, Runnable begin) {
    var turn = new Turn(user, connection, begin);
    turnsByUser.compute(
        user,
        (_, present) -> {
          Queue<Turn> turns = present == null ? new ArrayDeque<>(2) : present;
          turns.add(turn);
          return turns;
        });
    if (turn.isFirst()) {
      turn.begins();
    } else {
      turn.checkLater();
    }
    return turn;
  }

  /** How many users have a turn. */
  int size() {
    return turnsByUser.size();
  }

  /** A place in a user's line. Threads: any. */
  final class Turn {
    private final UserId user;
    private final Connection connection;
    private final Runnable begin;
    private volatile long begunNanos;
    private volatile boolean begun;

    private Turn(UserId user, Connection connection, Runnable begin) {
      this.user = user;
      this.connection = connection;
      this.begin = begin;
    }

    private boolean isFirst() {
      return first() == this;
    }

    private @Nullable Turn first() {
      var first = new Turn[1];
      turnsByUser.computeIfPresent(
          user,
          (_, turns) -> {
            first[0] = turns.element();
            return turns;
          });
      return first[0];
    }

    private synchronized void begins() {
      if (!begun) {
        begunNanos = System.nanoTime();
        begun = true;
        connection.loop().execute(begin);
      }
    }

    /** Lets the next one in; does nothing the second time. */
    void end() {
      turnsByUser.computeIfPresent(
          user,
          (_, turns) -> {
            turns.remove(this);
            return turns.isEmpty() ? null : turns;
          });
      var next = first();
      if (next != null) {
        next.begins();
      }
    }

    /** A device that sleeps does not keep the user's other devices from their history. */
    private void check() {
      var first = first();
      if (first == null || first == this || begun) {
        return;
      }
      boolean isOver = first.begun && System.nanoTime() - first.begunNanos >= patience.toNanos();
      if (isOver && !first.connection.equals(connection)) {
        first.connection.close(DisconnectReason.OVERLOADED);
      }
      checkLater();
    }

    private void checkLater() {
      var _ = connection.loop().schedule(this::check, patience.toNanos(), TimeUnit.NANOSECONDS);
    }
  }
}
