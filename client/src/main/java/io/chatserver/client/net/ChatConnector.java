package io.chatserver.client.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * Makes connections, which share its few threads. Closing it ends them all.
 *
 * <p>Threads: any.
 */
public final class ChatConnector implements AutoCloseable {
  private static final long SHUTDOWN_SECONDS = 2;

  private final EventLoopGroup loops;
  private final Class<? extends SocketChannel> channelType;

  /** Creates a connector on a transport of the caller's choice. */
  public ChatConnector(
      int threads, IoHandlerFactory transport, Class<? extends SocketChannel> channelType) {
    this.channelType = channelType;
    loops =
        new MultiThreadIoEventLoopGroup(
            threads, new DefaultThreadFactory("chat-connection", true), transport);
  }

  /** Creates a connector on the transport that is there everywhere. */
  public static ChatConnector nio(int threads) {
    return new ChatConnector(threads, NioIoHandler.newFactory(), NioSocketChannel.class);
  }

  /** Creates a connection; nothing is opened before it is asked to. */
  public ChatConnection create(ConnectionSettings settings, ConnectionListener listener) {
    var loop = loops.next();
    return new ChatConnection(loop, bootstrap(loop, settings), settings, listener);
  }

  private Bootstrap bootstrap(EventLoop loop, ConnectionSettings settings) {
    int connectMillis = Math.toIntExact(settings.retry().connectTimeout().toMillis());
    return new Bootstrap()
        .group(loop)
        .channel(channelType)
        .remoteAddress(settings.host(), settings.port())
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.SO_KEEPALIVE, true)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillis);
  }

  @Override
  public void close() {
    var stopped = loops.shutdownGracefully(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS);
    var _ = stopped.awaitUninterruptibly(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
  }
}
