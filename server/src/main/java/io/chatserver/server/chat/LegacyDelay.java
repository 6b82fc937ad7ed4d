package io.chatserver.server.chat;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Frame;
import io.chatserver.protocol.Reply;
import io.chatserver.server.account.Admission;
import io.chatserver.server.session.Connection;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Delays the throttled logins and registrations of a legacy client, whose wire form has no "retry
 * later". Closes the connection when the delay is too long.
 *
 * <p>Threads: its connection's event loop.
 */
final class LegacyDelay {
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Connection connection;
  private final Admission admission;
  private final Consumer<Frame.Request> again;
  private Duration delayed = Duration.ZERO;

  /** Whether a request is delayed, or will never be answered because it was delayed too long. */
  private boolean delaying;

  private Future<?> retry = CompletableFuture.completedFuture(null);

  /**
   * Creates a delay.
   *
   * @param again handles a request after its delay
   */
  LegacyDelay(Connection connection, Admission admission, Consumer<Frame.Request> again) {
    this.connection = connection;
    this.admission = admission;
    this.again = again;
  }

  /** Returns true if the reply must not be sent, because the request is retried later or never. */
  boolean delays(Frame.Request request, Reply reply) {
    delaying = false;
    if (!(reply instanceof Reply.Failed failed) || !isThrottled(request, failed)) {
      delayed = Duration.ZERO;
      return false;
    }
    delaying = true;
    var left = admission.longestDelay().minus(delayed);
    if (left.isPositive()) {
      var retryAfter = failed.retryAfter() == null ? RETRY : failed.retryAfter();
      var pause = retryAfter.compareTo(left) < 0 ? retryAfter : left;
      delayed = delayed.plus(pause);
      retry =
          connection.loop().schedule(() -> retry(request), pause.toNanos(), TimeUnit.NANOSECONDS);
    } else {
      admission.gaveUp();
      connection.close(DisconnectReason.THROTTLED);
    }
    return true;
  }

  private void retry(Frame.Request request) {
    delaying = false;
    again.accept(request);
  }

  private boolean isThrottled(Frame.Request request, Reply.Failed failed) {
    boolean asksToEnter =
        request.command() instanceof Command.Login || request.command() instanceof Command.Register;
    return asksToEnter
        && failed.code() == ErrorCode.BUSY
        && request.rid() == null
        && connection.form().isLegacy();
  }

  /**
   * Called when the connection is closed. Returns whether a request was delayed, which stays
   * unanswered; the next call returns false.
   */
  boolean cancel() {
    retry.cancel(false);
    boolean wasDelaying = delaying;
    delaying = false;
    return wasDelaying;
  }
}
