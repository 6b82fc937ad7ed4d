package io.chatserver.client.delivery;

import io.chatserver.client.net.ChatConnection;
import io.chatserver.client.net.RequestException;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Reply;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks the server until it answers, as long as the session lasts in which the question came up.
 *
 * <p>Threads: the connection's event loop.
 */
final class Questions {
  /** Before another attempt, where the server has no wish. */
  private static final Duration RETRY = Duration.ofMillis(500);

  /**
   * The longest delay that a server may request, so that a faulty server cannot silence a client.
   */
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private final ChatConnection connection;
  private final ScheduledExecutorService loop;
  private long session;

  Questions(ChatConnection connection) {
    this.connection = connection;
    loop = connection.executor();
  }

  /**
   * A session has begun, or ended, and another user's may follow: what was asked before is of no
   * interest any more.
   */
  void sessionChanged() {
    session++;
  }

  /** Asks; the answer is never a failure that may pass. */
  void ask(Command command, Consumer<Reply> answer) {
    ask(command, answer, session);
  }

  private void ask(Command command, Consumer<Reply> answer, long asked) {
    if (session != asked) {
      return;
    }
    var _ =
        connection
            .send(command)
            .whenComplete((reply, failure) -> {
              if (session != asked || isLost(failure)) {
                return;
              }
              var again = retry(reply, failure);
              if (again == null) {
                answer.accept(reply);
              } else {
                later(again, () -> ask(command, answer, asked));
              }
            });
  }

  /** Whether the connection is gone, and with it the session. */
  static boolean isLost(@Nullable Throwable failure) {
    return failure instanceof RequestException.NotConnected
        || failure instanceof RequestException.ConnectionLost;
  }

  /** How long to wait before asking again; null where the reply is final. */
  static @Nullable Duration retry(@Nullable Reply reply, @Nullable Throwable failure) {
    if (failure != null) {
      return jittered(RETRY);
    }
    // A session that is over comes back, and the server may know before this client does.
    if (reply instanceof Reply.Failed failed
        && (failed.code().isRetryable() || failed.code() == ErrorCode.NOT_LOGGED_IN)) {
      return jittered(failed.retryAfter() == null ? RETRY : failed.retryAfter());
    }
    return null;
  }

  /** Up to half as long again, so that clients that were refused together do not come together. */
  private static Duration jittered(Duration wait) {
    long nanos = (wait.compareTo(LONGEST) < 0 ? wait : LONGEST).toNanos();
    return Duration.ofNanos(nanos + ThreadLocalRandom.current().nextLong(nanos / 2 + 1));
  }

  void later(Duration wait, Runnable task) {
    var _ = loop.schedule(task, wait.toNanos(), TimeUnit.NANOSECONDS);
  }
}
