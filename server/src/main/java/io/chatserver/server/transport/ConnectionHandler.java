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
    // The user is offline from then on, even if the client takes long to close its side.
    connection.onClosing(() -> {
      caller.disconnected();
      watch.closing();
    });
  }

  /** Sends the reason and closes the connection; from any thread. */
  void close(DisconnectReason reason) {
    connection.close(reason);
  }

  /**
   * Evicts the connection: closes it at once, in its event loop. A connection that was refused gets
   * no reason, because it has a reply already: so password guesses on thousands of connections cost
   * nothing more.
   */
  void evict() {
    connection.closeAtOnce(watch.wasRefused() ? null : DisconnectReason.TOO_MANY_CONNECTIONS);
  }

  /**
   * Sends a modern client to another node when it has its replies; from any thread. A C++ client
   * does not reconnect by itself, and stays.
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
      // The client connected at the last moment: only now its form is known.
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
   * A silent modern client is dead, because modern clients ping. A C++ client may send nothing for
   * hours while its user reads; TCP keepalive detects when it is dead.
   */
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    switch (event) {
      case IdleStateEvent _ when caller.isLoggedIn() && connection.keepsAlive() ->
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
        // This may hit every connection at once: log one line each, and free its memory.
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
