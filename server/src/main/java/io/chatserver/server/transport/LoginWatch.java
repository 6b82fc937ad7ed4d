package io.chatserver.server.transport;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Frame;
import io.chatserver.protocol.MessageType;
import io.chatserver.protocol.Reply;
import io.chatserver.server.chat.Caller;
import io.chatserver.server.config.ServerConfig;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reports the logins of a connection to the {@link Doors}, and closes the connection when its login
 * takes too long.
 *
 * <p>A modern client must log in soon after its first request or its logout. A connection that has
 * sent nothing may be a C++ client at its menu, so it has the longer timeout of legacy clients.
 *
 * <p>Threads: the connection's event loop.
 */
final class LoginWatch {
  /** The extra time for a connection with a login in progress at the timeout. */
  private static final Duration UNDER_WAY = Duration.ofSeconds(30);

  private final Doors doors;
  private final Admitted<Channel> entry;
  private final NettyConnection connection;
  private final Caller caller;
  private final Duration legacyTimeout;
  private final Duration modernTimeout;
  private boolean hasReceived;
  private boolean isModern;
  private boolean hasSession;

  /** Logins and registrations received and not answered yet. */
  private int underWay;

  /** Whether the login in progress is by token, and is the first one received. */
  private boolean byToken;

  /** Whether it was sent an error while it had no session. */
  private boolean wasRefused;

  /** Whether the connection was sent the reason for closing, or is closed. */
  private boolean isOver;

  private Future<?> timeout = CompletableFuture.completedFuture(null);

  LoginWatch(
      Doors doors,
      Admitted<Channel> entry,
      NettyConnection connection,
      Caller caller,
      ServerConfig.Sessions config) {
    this.doors = doors;
    this.entry = entry;
    this.connection = connection;
    this.caller = caller;
    legacyTimeout = config.loginTimeout();
    modernTimeout =
        config.modernLoginTimeout().compareTo(legacyTimeout) < 0
            ? config.modernLoginTimeout()
            : legacyTimeout;
  }

  /** The connection is open. */
  void start() {
    expireAfter(legacyTimeout);
  }

  /** Handles a received frame; false if it came too late, which is answered here. */
  boolean received(Frame frame) {
    if (!isModern && !connection.form().isLegacy()) {
      isModern = true;
      if (!hasSession) {
        expireAfter(modernTimeout);
      }
    }
    boolean stays = hasReceived || doors.hasArrived(entry, isByToken(frame));
    hasReceived = true;
    if (!isLogin(typeOf(frame))) {
      return stays;
    }
    underWay++;
    if (underWay > 1 || hasSession) {
      return true;
    }
    byToken = isByToken(frame);
    if (doors.loginBegins(entry, byToken)) {
      return true;
    }
    if (isModern && frame instanceof Frame.Request(var rid, var command)) {
      var busy = new Reply.Failed(ErrorCode.BUSY, "", ConnectionAdmission.GRACE);
      connection.intake().begun();
      connection.respond(new Frame.Response(rid, command.type(), busy));
    }
    return false;
  }

  private static @Nullable MessageType typeOf(Frame frame) {
    return switch (frame) {
      case Frame.Request request -> request.command().type();
      case Frame.Malformed malformed -> malformed.type();
      case Frame.Response _, Frame.Event _ -> null;
    };
  }

  private static boolean isByToken(Frame frame) {
    return frame instanceof Frame.Request(_, Command.Login login)
        && login.credentials() instanceof Command.Credentials.Token;
  }

  private static boolean isLogin(@Nullable MessageType type) {
    return type == MessageType.LOGIN || type == MessageType.REGISTER;
  }

  /** Handles a reply, after the caller has the state that the reply reports. */
  void answered(Frame.Response response) {
    if (isOver) {
      return;
    }
    boolean wasLogin = isLogin(response.request());
    if (wasLogin) {
      underWay--;
    }
    if (caller.isLoggedIn() != hasSession) {
      hasSession = caller.isLoggedIn();
      sessionChanged();
    } else if (!hasSession) {
      if (response.reply() instanceof Reply.Failed failed) {
        wasRefused = true;
        // A connection that may retry keeps its turn in the queue for hashes.
        if (!failed.code().isRetryable()) {
          doors.refused(entry);
        }
      }
      if (wasLogin && (underWay == 0 || byToken)) {
        doors.loginEnds(entry);
        continueLogin();
      }
    }
  }

  private void sessionChanged() {
    if (hasSession) {
      timeout.cancel(false);
      doors.loggedIn(entry);
      return;
    }
    wasRefused = false;
    expireAfter(isModern ? modernTimeout : legacyTimeout);
    doors.loggedOut(entry);
    continueLogin();
  }

  /** Continues with further logins that were received before the first one was answered. */
  private void continueLogin() {
    byToken = false;
    if (underWay > 0) {
      var _ = doors.loginBegins(entry, false);
    }
  }

  private void expireAfter(Duration wait) {
    timeout.cancel(false);
    timeout =
        connection
            .loop()
            .schedule(() -> expire(underWay > 0), wait.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Closes the connection even if it has sent other requests: only a session counts. */
  private void expire(boolean mayBegin) {
    if (mayBegin) {
      timeout =
          connection
              .loop()
              .schedule(() -> expire(false), UNDER_WAY.toNanos(), TimeUnit.NANOSECONDS);
      return;
    }
    doors.loginTimedOut();
    connection.close(DisconnectReason.LOGIN_TIMEOUT);
  }

  boolean wasRefused() {
    return wasRefused;
  }

  /** The connection was sent the reason for closing. */
  void closing() {
    stop();
    doors.closing(entry);
  }

  /** The connection is closed; the doors notice that themselves. */
  void stop() {
    isOver = true;
    timeout.cancel(false);
  }
}
