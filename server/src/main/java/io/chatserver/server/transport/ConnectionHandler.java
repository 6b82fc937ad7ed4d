package io.chatserver.server.transport;

import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.Frame;
import io.chatserver.server.chat.Caller;
import io.chatserver.server.config.ServerConfig;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.timeout.IdleStateEvent;
import java.io.IOException;
import java.time.Duration;
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
  private final ServerConfig.Sessions config;
  private Duration silence = Duration.ZERO;

  ConnectionHandler(NettyConnection connection, Caller caller, ServerConfig.Sessions config) {
    this.connection = connection;
    this.caller = caller;
    this.config = config;
    connection.onWritable(caller::writable);
    // Its user is gone from then on, however long the client takes to hang up.
    connection.onClosing(caller::disconnected);
  }

  /** How often to look whether a connection is silent. */
  static Duration idleCheck(ServerConfig.Sessions config) {
    return config.idleTimeout().compareTo(config.loginTimeout()) < 0
        ? config.idleTimeout()
        : config.loginTimeout();
  }

  /** Says why, and hangs up; from any thread. */
  void close(DisconnectReason reason) {
    connection.close(reason);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (connection.isClosing()) {
      return;
    }
    silence = Duration.ZERO;
    connection.requestReceived();
    caller.received((Frame) message);
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
    if (!(event instanceof IdleStateEvent)) {
      return;
    }
    silence = silence.plus(idleCheck(config));
    if (!caller.isLoggedIn() && silence.compareTo(config.loginTimeout()) >= 0) {
      connection.close(DisconnectReason.LOGIN_TIMEOUT);
    } else if (caller.isLoggedIn()
        && !connection.form().isLegacy()
        && silence.compareTo(config.idleTimeout()) >= 0) {
      connection.close(DisconnectReason.IDLE);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    log.debug("{} has gone", caller);
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
      default -> {
        log.error("{} failed", caller, cause);
        connection.close(DisconnectReason.FAULT);
      }
    }
  }
}
