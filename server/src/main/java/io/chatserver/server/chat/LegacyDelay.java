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
 * Delays the throttled logins and registrations of a legacy client, whose form has no "try later",
 * and closes the connection when that lasts too long.
 *
 * <p>Threads: its connection's event loop.
 */
final class LegacyDelay {
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Connection connection;
  private final Admission admission;
  private final Consumer<Frame.Request> again;
  private Duration delayed = Duration.ZERO;

  /** Whether a request is delayed, or is never answered because that lasted too long. */
  private boolean delaying;

  private Future<?> retry = CompletableFuture.completedFuture(null);

  /**
   * Creates one.
   *
   * @param again handles a request after its delay
   */
  LegacyDelay(Connection connection, Admission admission, Consumer<Frame.Request> again) {
    this.connection = connection;
    this.admission = admission;
    this.again = again;
  }

  /** Whether this reply is not sent, because the request is handled again later, or never. */
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
          connection
              .loop()
              .schedule(() -> again.accept(request), pause.toNanos(), TimeUnit.NANOSECONDS);
    } else {
      admission.gaveUp();
      connection.close(DisconnectReason.THROTTLED);
    }
    return true;
  }

  private boolean isThrottled(Frame.Request request, Reply.Failed failed) {
    boolean asksToEnter =
        request.command() instanceof Command.Login || request.command() instanceof Command.Register;
    return asksToEnter
        && failed.code() == ErrorCode.BUSY
        && request.rid() == null
        && connection.form().isLegacy();
  }

  /** The connection is closed. Returns whether a request was delayed, which is not answered now. */
  boolean cancel() {
    retry.cancel(false);
    return delaying;
  }
}
