package io.chatserver.server.transport;

import static io.netty.handler.ipfilter.IpFilterRuleType.ACCEPT;

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
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;
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

  /** Between two clients that are sent away: few need not take as long as many. */
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(20);

  private final ServerConfig config;
  private final Function<Connection, Caller> callers;
  private final FrameWriter writer;
  private final EventLoopGroup loops;
  private final ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final Doors doors;
  private final List<IpSubnetFilterRule> proxies;
  private volatile @Nullable Channel listener;
  private volatile boolean draining;

  /**
   * Prepares it; {@link #listen} accepts clients.
   *
   * @param callers makes the caller of each connection
   */
  public NettyServer(ServerConfig config, Function<Connection, Caller> callers) {
    this.config = config;
    this.callers = callers;
    this.doors = new Doors(config);
    this.writer = new FrameWriter(config.legacy().timeZone());
    this.proxies =
        config.listen().proxyFrom().subnets().stream()
            .map(each -> new IpSubnetFilterRule(each.address(), each.prefix(), ACCEPT))
            .toList();
    int configured = config.listen().threads();
    int threads = configured > 0 ? configured : Runtime.getRuntime().availableProcessors();
    this.loops =
        new MultiThreadIoEventLoopGroup(
            threads,
            new DefaultThreadFactory("event-loop"),
            Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
  }

  /**
   * Accepts clients from now on.
   *
   * @throws IOException if the address cannot be listened on
   */
  public void listen() throws IOException {
    var bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channel(serverChannel())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .handler(new AcceptPause(doors))
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
      var address = config.listen().host() + ":" + config.listen().port();
      boolean unknown = bound.cause() instanceof UnresolvedAddressException;
      var why = unknown ? "listen.host names no address" : bound.cause().getMessage();
      throw new IOException("cannot listen on " + address + ": " + why, bound.cause());
    }
    listener = bound.channel();
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

  private void accept(Channel channel) {
    var peer = (InetSocketAddress) channel.remoteAddress();
    boolean isBalancer = proxies.stream().anyMatch(proxy -> proxy.matches(peer));
    var entry = doors.enter(channel, isBalancer);
    if (entry == null) {
      return;
    }
    clients.add(channel);
    if (isBalancer) {
      ProxyHeader.expect(
          channel,
          config.listen().proxyTimeout(),
          doors,
          () -> {
            if (doors.named(entry)) {
              serve(channel, entry);
            }
          });
    } else {
      serve(channel, entry);
    }
  }

  /** The whole pipeline: where does an object end, is it silent, what does it ask for. */
  private void serve(Channel channel, Admitted<Channel> entry) {
    var reader = new RequestReader();
    var connection =
        new NettyConnection(
            channel, reader, writer, config.limits().inFlight(), config.legacy().spacing());
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
            new ConnectionHandler(
                connection,
                caller,
                new LoginWatch(doors, entry, connection, caller, config.session()),
                () -> draining));
  }

  /** The port that is listened on. */
  public int port() {
    var now = listener;
    if (now == null) {
      throw new IllegalStateException("not listening");
    }
    return ((InetSocketAddress) now.localAddress()).getPort();
  }

  /** Accepts no more clients; those that are connected stay. */
  public void stopAccepting() {
    var now = listener;
    if (now != null) {
      now.close().awaitUninterruptibly(CLOSE_TIMEOUT.toMillis());
    }
  }

  /** How many clients are connected. */
  public int connections() {
    return clients.size();
  }

  /** How crowded it is. */
  public Crowding crowding() {
    return doors.crowding();
  }

  /** Whether clients are being sent away. */
  public boolean isDraining() {
    return draining;
  }

  /**
   * Accepts no more clients and sends those away that come back by themselves, one after the other;
   * who has asked for nothing yet goes after his first request. Returns when all have gone, or when
   * the period is over.
   *
   * @param cutShort ends it early
   */
  public void drain(Duration period, CompletionStage<?> cutShort) {
    draining = true;
    stopAccepting();
    var over = new CompletableFuture<@Nullable Void>();
    clients.newCloseFuture().addListener(_ -> over.complete(null));
    var _ = cutShort.thenRun(() -> over.complete(null));
    var staying = clients.stream().map(NettyServer::handlerOf).filter(Objects::nonNull).toList();
    long start = System.nanoTime();
    long pause = Math.min(LONGEST_PAUSE.toNanos(), period.toNanos() / Math.max(1, staying.size()));
    long due = start;
    for (var handler : staying) {
      if (isOver(over, due)) {
        return;
      }
      handler.sendAway();
      due += pause;
    }
    var _ = isOver(over, start + period.toNanos());
    if (!clients.isEmpty()) {
      log.info("{} clients are left", clients.size());
    }
  }

  /** Waits until something is over, but not beyond a point of time. */
  private static boolean isOver(CompletableFuture<?> over, long nanoTime) {
    try {
      over.get(nanoTime - System.nanoTime(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException _) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private static @Nullable ConnectionHandler handlerOf(Channel channel) {
    return channel.pipeline().get(ConnectionHandler.class);
  }

  /** Tells the clients, hangs up, and ends the event loops. */
  @Override
  public void close() {
    stopAccepting();
    for (var channel : clients) {
      var handler = handlerOf(channel);
      if (handler == null) {
        var _ = channel.close();
      } else {
        handler.close(DisconnectReason.SHUTDOWN);
      }
    }
    clients.newCloseFuture().awaitUninterruptibly(CLOSE_TIMEOUT.toMillis());
    loops
        .shutdownGracefully(0, CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(2 * CLOSE_TIMEOUT.toMillis());
  }
}
