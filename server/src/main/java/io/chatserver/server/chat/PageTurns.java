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
 * Allows each user one history page in memory at a time, over all connections. A request waits
 * until the page before it is written to the last byte.
 *
 * <p>Threads: any.
 */
public final class PageTurns {
  /** The time that a page of 128 KiB takes at 70 kbit/s. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Map<UserId, Queue<Turn>> turnsByUser = new ConcurrentHashMap<>();
  private final Duration patience;

  public PageTurns() {
    this(PATIENCE);
  }

  /**
   * Creates turns with another patience.
   *
   * @param patience how long a connection may keep its turn while another one waits
   */
  PageTurns(Duration patience) {
    this.patience = patience;
  }

  /**
   * Adds a request to its user's queue.
   *
   * @param begin run once, in the connection's loop, when the turn comes, unless it was ended
   *     before
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

  /** The number of users with a turn. */
  int size() {
    return turnsByUser.size();
  }

  /** A place in a user's queue. Threads: any. */
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

    /** Ends the turn and begins the next one; a second call does nothing. */
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

    /**
     * Closes a connection that keeps its turn too long, so that a sleeping device does not block
     * the user's other devices.
     */
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
