package io.chatserver.server.transport;

import static io.netty.handler.ipfilter.IpFilterRuleType.ACCEPT;

import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.FrameWriter;
import io.chatserver.protocol.Numberings;
import io.chatserver.protocol.RequestReader;
import io.chatserver.server.chat.Caller;
import io.chatserver.server.config.ServerConfig;
import io.chatserver.server.memory.Amount;
import io.chatserver.server.memory.LoopAccounts;
import io.chatserver.server.memory.MemoryBudget;
import io.chatserver.server.session.Connection;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannel;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
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
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
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
   * How many connections are accepted in a turn of the event loop, in which each of its connections
   * is read once. With one, a user behind 600 sending connections waited for 600 turns.
   */
  private static final int MAX_ACCEPTED = 16;

  /**
   * The longest object of a connection without a login: all allowed connections together cannot
   * fill the memory with incomplete objects.
   */
  private static final int LOGIN_FRAME_BYTES = 16 * 1024;

  /** The unsent bytes in the system for a client that does not read, besides those in flight. */
  private static final long MAX_UNSENT_BYTES = 32 * 1024;

  /**
   * The limit for one read; each connection is read once in a turn of its event loop. A connection
   * that sends as fast as it can must not delay the others, and the bytes of a read stay in memory
   * while its requests are not taken.
   */
  private static final int READ_BYTES = 16 * 1024;

  /**
   * The system's buffer for a connection that is not read. When the client closes its sending half,
   * all of it is read at once.
   */
  private static final int RECEIVE_BUFFER_BYTES = 64 * 1024;

  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(32 * 1024, 64 * 1024);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  /**
   * The longest pause between two clients that are sent away, so that few clients take less time
   * than many.
   */
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(20);

  private final ConnectionMeter meter = new ConnectionMeter();
  private final ServerConfig config;
  private final Function<Connection, Caller> callers;
  private final MemoryBudget budget;
  private final Map<EventLoop, LoopAccounts> accounts = new ConcurrentHashMap<>();
  private final FrameWriter writer;
  private final Numberings numberings;
  private final EventLoopGroup loops;
  private final ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final Doors doors;
  private final List<IpSubnetFilterRule> proxies;
  private final @Nullable ServerTls tls;
  private final List<Channel> listeners = new CopyOnWriteArrayList<>();
  private volatile boolean draining;

  /**
   * Prepares it; {@link #listen} accepts clients.
   *
   * @param callers creates the caller of each connection
   * @param tls null without TLS in the settings
   */
  public NettyServer(
      ServerConfig config,
      MemoryBudget budget,
      Function<Connection, Caller> callers,
      @Nullable ServerTls tls) {
    this.config = config;
    this.budget = budget;
    this.tls = tls;
    this.callers = callers;
    this.doors = new Doors(config, budget);
    this.writer = new FrameWriter(config.legacy().timeZone());
    this.numberings = new Numberings(config.legacy().numbering());
    this.proxies =
        config.listen().proxyFrom().subnets().stream()
            .map(each -> new IpSubnetFilterRule(each.address(), each.prefix(), ACCEPT))
            .toList();
    this.loops =
        new MultiThreadIoEventLoopGroup(
            config.listen().loops(),
            new DefaultThreadFactory("event-loop"),
            Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
  }

  /** The maximum memory of this JVM. */
  public static Amount memoryOfJvm() {
    return new Amount(Runtime.getRuntime().maxMemory(), PlatformDependent.maxDirectMemory());
  }

  /**
   * How many bytes of buffers Netty has taken from the system; negative if Netty does not count
   * them.
   */
  public static long buffersOfJvm() {
    return PlatformDependent.usedDirectMemory();
  }

  /**
   * Accepts clients from now on.
   *
   * @throws IOException if an address cannot be listened on
   */
  public void listen() throws IOException {
    var settings = config.listen();
    var plainHost = settings.plainHost();
    if (plainHost != null) {
      listen(plainHost, settings.port(), this::serve);
    }
    if (tls != null) {
      listen(
          settings.host(),
          settings.portForTls(),
          (channel, entry) -> TlsHandshake.expect(channel, tls, it -> serve(it, entry)));
    }
  }

  /** Listens on one address. */
  private void listen(String host, int port, BiConsumer<Channel, Admitted<Channel>> begin)
      throws IOException {
    var bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channel(serverChannel())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.RECVBUF_ALLOCATOR, acceptingMany())
            .handler(new AcceptPause(doors))
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .childOption(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
            .childOption(ChannelOption.RECVBUF_ALLOCATOR, oneReadInATurn())
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accept(channel, begin);
                  }
                });
    setTcpOptions(bootstrap);
    var bound = bootstrap.bind(host, port).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      boolean unknown = bound.cause() instanceof UnresolvedAddressException;
      var why = unknown ? "listen.host names no address" : bound.cause().getMessage();
      throw new IOException("cannot listen on " + host + ":" + port + ": " + why, bound.cause());
    }
    listeners.add(bound.channel());
  }

  private static Class<? extends ServerChannel> serverChannel() {
    return Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  /**
   * Accepts many connections in a turn. By default Netty stops when a read does not fill the
   * buffer; a listening socket has no such bytes, so with epoll it would accept one connection in a
   * turn.
   */
  private static RecvByteBufAllocator acceptingMany() {
    var allocator = new ServerChannelRecvByteBufAllocator();
    allocator.maxMessagesPerRead(MAX_ACCEPTED);
    return allocator.respectMaybeMoreData(false);
  }

  private static RecvByteBufAllocator oneReadInATurn() {
    return new AdaptiveRecvByteBufAllocator(
            AdaptiveRecvByteBufAllocator.DEFAULT_MINIMUM,
            AdaptiveRecvByteBufAllocator.DEFAULT_INITIAL,
            READ_BYTES)
        .maxMessagesPerRead(1);
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

  private void accept(Channel channel, BiConsumer<Channel, Admitted<Channel>> begin) {
    var peer = (InetSocketAddress) channel.remoteAddress();
    var entry = doors.enter(channel);
    if (entry == null) {
      return;
    }
    clients.add(channel);
    Runnable greet =
        () -> {
          doors.expect(entry);
          begin.accept(channel, entry);
        };
    if (proxies.stream().anyMatch(proxy -> proxy.matches(peer))) {
      ProxyHeader.expect(channel, config.listen().proxyTimeout(), doors, greet);
    } else {
      greet.run();
    }
  }

  /** Builds the pipeline: rate limit, foreign protocols, framing, idle check, requests. */
  private void serve(Channel channel, Admitted<Channel> entry) {
    var reader = new RequestReader(numberings);
    var connection =
        new NettyConnection(
            channel,
            reader,
            writer,
            new NettyConnection.Settings(config.limits().inFlight(), config.legacy().spacing()),
            accounts.computeIfAbsent(channel.eventLoop(), loop -> new LoopAccounts(budget, loop)),
            meter);
    var caller = callers.apply(connection);
    var loggedOut = new LoggedOutBudget(connection, caller, config.throttle(), meter);
    int maxBytes = config.limits().frameBytes();
    int maxLoginBytes = Math.min(maxBytes, LOGIN_FRAME_BYTES);
    channel
        .pipeline()
        .addLast(
            loggedOut,
            new ForeignProtocol(meter),
            connection.intake().decoder(() -> caller.isLoggedIn() ? maxBytes : maxLoginBytes),
            // Behind the decoder: a client that sends an object byte by byte counts as idle.
            new IdleStateHandler(
                config.session().idleTimeout().toMillis(), 0, 0, TimeUnit.MILLISECONDS),
            new ConnectionHandler(
                connection,
                caller,
                loggedOut,
                new LoginWatch(doors, entry, connection, caller, config.session()),
                () -> draining));
  }

  /** The counters of connections. */
  public ConnectionMeter meter() {
    return meter;
  }

  /** The port for connections without TLS, or the one for TLS if there is no other. */
  public int port() {
    return portOf(0);
  }

  /** The port for TLS. */
  public int tlsPort() {
    if (tls == null) {
      throw new IllegalStateException("no TLS");
    }
    return portOf(listeners.size() - 1);
  }

  private int portOf(int listener) {
    if (listeners.isEmpty()) {
      throw new IllegalStateException("not listening");
    }
    return ((InetSocketAddress) listeners.get(listener).localAddress()).getPort();
  }

  /** TLS; null without it. */
  public @Nullable ServerTls tls() {
    return tls;
  }

  /** The addresses for clients, as text for the log. */
  public String addresses() {
    var settings = config.listen();
    var plainHost = settings.plainHost();
    var plain = plainHost == null ? "" : plainHost + ":" + port();
    if (tls == null) {
      return plain;
    }
    var encrypted = settings.host() + ":" + tlsPort() + " with TLS (" + tls.providerName() + ")";
    return plainHost == null ? encrypted : plain + ", and on " + encrypted;
  }

  /** Accepts no more clients; those that are connected stay. */
  public void stopAccepting() {
    for (var listener : listeners) {
      listener.close().awaitUninterruptibly(CLOSE_TIMEOUT.toMillis());
    }
  }

  /** How many clients are connected. */
  public int connections() {
    return clients.size();
  }

  /** The connections without a session, and the evictions. */
  public Crowding crowding() {
    return doors.crowding();
  }

  /** Whether clients are being sent away. */
  public boolean isDraining() {
    return draining;
  }

  /**
   * Accepts no more clients, and sends away one by one the clients that reconnect by themselves. A
   * client that has sent no request yet is sent away after its first one. Returns when all have
   * gone, or when the period is over.
   *
   * @param cutShort ends the draining early
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

  /** Waits until a future completes, or until a point of time. */
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

  /** Notifies the clients, closes the connections, and ends the event loops. */
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
