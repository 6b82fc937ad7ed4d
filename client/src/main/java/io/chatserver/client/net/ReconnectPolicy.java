package io.chatserver.client.net;

import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Whether and when a lost session is taken up again: as the server said, else with growing waits.
 *
 * <p>Threads: the connection's event loop.
 */
final class ReconnectPolicy {
  private final Backoff backoff;
  private final Duration longestWait;
  private final LongSupplier nanoTime;

  private long sessionSince;
  private boolean inSession;
  private boolean allowed = true;
  private @Nullable Duration wait;

  ReconnectPolicy(ConnectionSettings.Retry retry, RandomGenerator random, LongSupplier nanoTime) {
    backoff = new Backoff(retry.first(), retry.last(), random);
    longestWait = retry.last();
    this.nanoTime = nanoTime;
  }

  /** A session has begun. */
  void sessionBegan() {
    inSession = true;
    sessionSince = nanoTime.getAsLong();
    allowed = true;
    wait = null;
  }

  /** The server is about to hang up. */
  void heard(Push.Closing closing) {
    allowed = closing.reason().mayReconnect();
    wait = closing.reconnectAfter();
  }

  /** Whether the server has said when to come back: it means to take the session up. */
  boolean isExpected() {
    return allowed && wait != null;
  }

  /** The server has refused to take the session up. */
  void refused(Reply.Failed failed) {
    // The server may hold the lost connection for alive a while longer.
    boolean ghost = failed.code() == ErrorCode.ACCOUNT_IN_USE;
    allowed = ghost || failed.code().isRetryable();
    wait = failed.retryAfter();
  }

  /** How long to wait before the next attempt, now that one has failed; empty to give up. */
  Optional<Duration> nextWait() {
    if (!allowed) {
      return Optional.empty();
    }
    // Only a session that lasted shows that the server is well.
    if (inSession && nanoTime.getAsLong() - sessionSince > longestWait.toNanos()) {
      backoff.reset();
    }
    inSession = false;
    var next = wait == null ? backoff.next() : wait;
    wait = null;
    return Optional.of(next);
  }
}
