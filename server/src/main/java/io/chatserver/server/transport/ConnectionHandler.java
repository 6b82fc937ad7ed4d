package io.chatserver.server.transport;

import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.Frame;
import io.chatserver.server.chat.Caller;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.timeout.IdleStateEvent;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the frames of one connection to its {@link Caller}, and ends the connection when something
 * is wrong with it.
 *
 * <p>Threads: the connection's event loop.
 */
final class ConnectionHandler extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(ConnectionHandler.class);

  private final NettyConnection connection;
  private final Caller caller;
  private final LoggedOutBudget budget;
  private final LoginWatch watch;
  private final BooleanSupplier draining;
  private boolean hasAsked;

  /**
   * Makes it.
   *
   * @param draining whether clients are being sent away
   */
  ConnectionHandler(
      NettyConnection connection,
      Caller caller,
      LoggedOutBudget budget,
      LoginWatch watch,
      BooleanSupplier draining) {
    this.draining = draining;
    this.connection = connection;
    this.caller = caller;
    this.budget = budget;
    this.watch = watch;
    connection.onWritable(caller::writable);
    connection.onAnswer(watch::answered);
    // Its user is gone from then on, however long the client takes to hang up.
    connection.onClosing(() -> {
      caller.disconnected();
      watch.closing();
    });
  }

  /** Says why, and hangs up; from any thread. */
  void close(DisconnectReason reason) {
    connection.close(reason);
  }

  /**
   * Closes the connection at once, for another one; in its event loop. One that was refused has an
   * answer already: who guesses passwords on thousands costs no more than that.
   */
  void evict() {
    connection.closeAtOnce(watch.wasRefused() ? null : DisconnectReason.TOO_MANY_CONNECTIONS);
  }

  /**
   * Sends a client of ours to another node when it has its answers; from any thread. A C++ client
   * does not come back by itself, and stays.
   */
  void sendAway() {
    connection
        .loop()
        .execute(() -> {
          if (!connection.form().isLegacy()) {
            connection.leave(caller.comesBackAfter());
          }
        });
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    watch.start();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (connection.isClosing() || !watch.received((Frame) message)) {
      return;
    }
    connection.intake().begun();
    budget.requestReceived();
    caller.received((Frame) message);
    if (!hasAsked && draining.getAsBoolean()) {
      // One that came at the last moment: only now it can be told what kind of client it is.
      sendAway();
    }
    hasAsked = true;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    connection.intake().readComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    connection.writabilityChanged();
  }

  /**
   * A silent client of ours is dead, for it pings. A C++ client says nothing for hours while its
   * user reads; TCP's keepalive finds out when it is gone.
   */
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    switch (event) {
      case IdleStateEvent _ when caller.isLoggedIn() && !connection.form().isLegacy() ->
          connection.close(DisconnectReason.IDLE);
      case ChannelInputShutdownEvent _ -> connection.inputEnded();
      default -> {}
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    log.debug("{} has gone", caller);
    watch.stop();
    caller.disconnected();
    connection.closed();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    switch (cause) {
      case TooLongFrameException _ -> connection.close(DisconnectReason.FRAME_TOO_LARGE);
      case IOException _ -> {
        log.debug("{} broke: {}", caller, cause.getMessage());
        var _ = ctx.close();
      }
      case OutOfMemoryError _ -> {
        // Of every connection at once, maybe: a line each, and what it holds is given back.
        log.error("{} is closed: {}", caller, cause.getMessage());
        var _ = ctx.close();
      }
      default -> {
        log.error("{} failed", caller, cause);
        connection.close(DisconnectReason.FAULT);
      }
    }
  }
}
