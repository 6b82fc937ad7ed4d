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
 * Follows a connection's way to a session: reports it to the {@link Doors}, and closes it where it
 * takes too long.
 *
 * <p>A modern client logs in soon after it has shown itself, or its logout. A connection that has
 * sent nothing may be a C++ client at its menu and, like every legacy one, has longer.
 *
 * <p>Threads: the connection's event loop.
 */
final class LoginWatch {
  /** How much longer a connection may take whose login is under way when the time is over. */
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

  /** Logins and registrations that were received and are not answered. */
  private int underWay;

  /** Whether the login under way is one by token, and the first that was received. */
  private boolean byToken;

  /** Whether it was sent an error since it is without a session. */
  private boolean wasRefused;

  /** Whether the connection was sent its last word, or is closed. */
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

  /** Looks at what was received; false if it is too late for it, which is answered here. */
  boolean received(Frame frame) {
    if (!isModern && !connection.form().isLegacy()) {
      isModern = true;
      if (!hasSession) {
        expireAfter(modernTimeout);
      }
    }
    boolean stays = hasReceived || doors.hasArrived(entry);
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

  /** Looks at what is answered, once the caller's state is what the answer says. */
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
        // One that is to come again keeps its turn in the line of passwords.
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

  /** More logins were received before the first one was answered. */
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

  /** Whatever it has sent meanwhile: only a session counts. */
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

  /** The connection was sent its last word. */
  void closing() {
    stop();
    doors.closing(entry);
  }

  /** The connection is closed, which the doors see by themselves. */
  void stop() {
    isOver = true;
    timeout.cancel(false);
  }
}
