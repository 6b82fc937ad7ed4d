package io.chatserver.bench;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.FrameDecoder;
import io.chatserver.protocol.Reply;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The virtual users of a run and the event loops that they live on: connects them, registers them,
 * logs them in.
 *
 * <p>Threads: one at a time.
 */
final class Crew implements AutoCloseable {
  /** The longest object that a server sends: a login's reply with its lists. */
  private static final int MAX_FRAME_BYTES = 1 << 20;

  /** Passwords cost the server tens of milliseconds of CPU each. */
  private static final int LOGINS_AT_ONCE = 8;

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration REPLY_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration DEFAULT_RETRY = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration ENTRY_TIMEOUT = Duration.ofMinutes(3);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final InetSocketAddress server;
  private final Wire wire;
  private final boolean epoll = Epoll.isAvailable();
  private final MultiThreadIoEventLoopGroup loops;
  private final List<Channel> channels = new ArrayList<>();

  Crew(InetSocketAddress server, Wire wire, int loopCount) {
    this.server = server;
    this.wire = wire;
    var handlers = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    loops = new MultiThreadIoEventLoopGroup(loopCount, handlers);
  }

  Wire wire() {
    return wire;
  }

  /**
   * Brings up users of these names, a few at a time. Each run of {@code together} of them shares an
   * event loop.
   */
  List<VirtualUser> muster(List<String> names, String password, int together) {
    var users = new ArrayList<VirtualUser>();
    for (int i = 0; i < names.size(); i++) {
      var loop = i % together == 0 ? loops.next() : users.get(i - 1).loop();
      users.add(connect(new Account(null, names.get(i), password), loop));
    }
    try (var executor = Executors.newFixedThreadPool(LOGINS_AT_ONCE)) {
      var logins =
          users.stream().<Future<?>>map(user -> executor.submit(() -> enter(user))).toList();
      try {
        for (var login : logins) {
          Waiting.forResult(login, ENTRY_TIMEOUT, "the logins");
        }
      } finally {
        executor.shutdownNow();
      }
    }
    return users;
  }

  private VirtualUser connect(Account account, EventLoop loop) {
    var connected = new CompletableFuture<VirtualUser>();
    var bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(CONNECT_TIMEOUT.toMillis()))
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    var user = new VirtualUser(wire, channel, account);
                    var decoder = new FrameDecoder(wire.reader(), MAX_FRAME_BYTES);
                    channel.pipeline().addLast(decoder, user);
                  }
                });
    bootstrap
        .connect(server)
        .addListener((ChannelFuture future) -> {
          if (future.isSuccess()) {
            connected.complete(future.channel().pipeline().get(VirtualUser.class));
          } else {
            connected.completeExceptionally(future.cause());
          }
        });
    var user =
        Waiting.forResult(connected, CONNECT_TIMEOUT.multipliedBy(2), "connecting to " + server);
    channels.add(user.channel());
    return user;
  }

  /** Registers a user, or finds it registered, and logs it in. */
  private void enter(VirtualUser user) {
    var account = user.account();
    var registered = patiently(user, new Command.Register(account.name(), account.password()));
    switch (registered) {
      case Reply.Registered(var id) -> user.becomes(id);
      case Reply.Failed failed when failed.code() == ErrorCode.NAME_TAKEN -> {}
      default -> throw new BenchFailed("registering " + account + ": " + registered);
    }
    var identity = wire.identity(user.account());
    var reply = patiently(user, new Command.Login(identity, account.password()));
    if (!(reply instanceof Reply.LoggedIn login)) {
      throw new BenchFailed("logging in " + account + ": " + reply);
    }
    user.becomes(login.id());
  }

  /** Asks until the answer is not "later", or patience ends. */
  private static Reply patiently(VirtualUser user, Command command) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      var what = user.account() + " at " + command.type();
      var reply = Waiting.forResult(user.ask(command), REPLY_TIMEOUT, what);
      if (!(reply instanceof Reply.Failed failed)
          || !failed.code().isRetryable()
          || System.nanoTime() > deadline) {
        return reply;
      }
      Waiting.pause(failed.retryAfter() == null ? DEFAULT_RETRY : failed.retryAfter());
    }
  }

  @Override
  public void close() {
    for (var channel : channels) {
      var _ = channel.close();
    }
    Waiting.forResult(
        loops.shutdownGracefully(0, CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS),
        CLOSE_TIMEOUT.multipliedBy(2),
        "closing the connections");
  }
}
