package io.chatserver.server.transport;

import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.FrameDecoder;
import io.chatserver.protocol.FrameWriter;
import io.chatserver.protocol.RequestReader;
import io.chatserver.server.chat.Caller;
import io.chatserver.server.config.ServerConfig;
import io.chatserver.server.session.Connection;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for clients. Epoll where the platform has it, NIO elsewhere.
 *
 * <p>Threads: any.
 */
public final class NettyServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(NettyServer.class);

  /** A dead peer is noticed after 60 + 4 × 15 seconds. */
  private static final int KEEPALIVE_IDLE_SECONDS = 60;

  private static final int KEEPALIVE_INTERVAL_SECONDS = 15;
  private static final int KEEPALIVE_PROBES = 4;

  private static final int BACKLOG = 1024;

  /**
   * The longest object of a connection on which nobody is logged in: as many as may connect cannot
   * fill the memory with halves of objects.
   */
  private static final int LOGIN_FRAME_BYTES = 16 * 1024;

  /** What the system holds unsent for a client that does not read, beside what is on the way. */
  private static final long MAX_UNSENT_BYTES = 32 * 1024;

  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(32 * 1024, 64 * 1024);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final ServerConfig config;
  private final Function<Connection, Caller> callers;
  private final FrameWriter writer;
  private final EventLoopGroup loops;
  private final ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final AtomicBoolean turningAway = new AtomicBoolean();
  private final Channel listener;

  /**
   * Listens.
   *
   * @param callers makes the caller of each connection
   * @throws IOException if the address cannot be listened on
   */
  public NettyServer(ServerConfig config, Function<Connection, Caller> callers) throws IOException {
    this.config = config;
    this.callers = callers;
    this.writer = new FrameWriter(config.legacy().timeZone());
    int configured = config.listen().threads();
    int threads = configured > 0 ? configured : Runtime.getRuntime().availableProcessors();
    this.loops =
        new MultiThreadIoEventLoopGroup(
            threads,
            new DefaultThreadFactory("event-loop"),
            Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    this.listener = bind();
  }

  private Channel bind() throws IOException {
    var bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channel(serverChannel())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accept(channel);
                  }
                });
    setTcpOptions(bootstrap);
    var bound =
        bootstrap.bind(config.listen().host(), config.listen().port()).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly();
      throw new IOException(String.valueOf(bound.cause().getMessage()), bound.cause());
    }
    return bound.channel();
  }

  private static Class<? extends ServerChannel> serverChannel() {
    return Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  private static void setTcpOptions(ServerBootstrap bootstrap) {
    if (Epoll.isAvailable()) {
      bootstrap
          .childOption(EpollChannelOption.TCP_KEEPIDLE, KEEPALIVE_IDLE_SECONDS)
          .childOption(EpollChannelOption.TCP_KEEPINTVL, KEEPALIVE_INTERVAL_SECONDS)
          .childOption(EpollChannelOption.TCP_KEEPCNT, KEEPALIVE_PROBES)
          .childOption(EpollChannelOption.TCP_NOTSENT_LOWAT, MAX_UNSENT_BYTES)
          .childOption(
              EpollChannelOption.TCP_USER_TIMEOUT,
              (KEEPALIVE_IDLE_SECONDS + KEEPALIVE_PROBES * KEEPALIVE_INTERVAL_SECONDS) * 1000);
    } else {
      bootstrap
          .childOption(
              NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), KEEPALIVE_IDLE_SECONDS)
          .childOption(
              NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL),
              KEEPALIVE_INTERVAL_SECONDS)
          .childOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), KEEPALIVE_PROBES);
    }
  }

  /** The whole pipeline: where does an object end, is it silent, what does it ask for. */
  private void accept(Channel channel) {
    var reader = new RequestReader();
    var connection =
        new NettyConnection(
            channel, reader, writer, config.limits().inFlight(), config.legacy().spacing());
    boolean full = clients.size() >= config.limits().connections();
    if (full != turningAway.getAndSet(full)) {
      log.warn(full ? "{} are connected: turning others away" : "accepting again", clients.size());
    }
    if (full) {
      connection.close(DisconnectReason.TOO_MANY_CONNECTIONS);
      return;
    }
    clients.add(channel);
    var caller = callers.apply(connection);
    int maxBytes = config.limits().frameBytes();
    int maxLoginBytes = Math.min(maxBytes, LOGIN_FRAME_BYTES);
    channel
        .pipeline()
        .addLast(
            new FrameDecoder(reader, () -> caller.isLoggedIn() ? maxBytes : maxLoginBytes),
            // Behind the decoder: who sends an object byte by byte is silent, too.
            new IdleStateHandler(
                config.session().idleTimeout().toMillis(), 0, 0, TimeUnit.MILLISECONDS),
            new ConnectionHandler(connection, caller, config.session()));
  }

  /** The port that is listened on. */
  public int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  /** Accepts no more clients; those that are connected stay. */
  public void stopAccepting() {
    listener.close().awaitUninterruptibly(CLOSE_TIMEOUT.toMillis());
  }

  /** Tells the clients, hangs up, and ends the event loops. */
  @Override
  public void close() {
    stopAccepting();
    for (var channel : clients) {
      var handler = channel.pipeline().get(ConnectionHandler.class);
      if (handler != null) {
        handler.close(DisconnectReason.SHUTDOWN);
      }
    }
    clients.newCloseFuture().awaitUninterruptibly(CLOSE_TIMEOUT.toMillis());
    loops
        .shutdownGracefully(0, CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(2 * CLOSE_TIMEOUT.toMillis());
  }
}
