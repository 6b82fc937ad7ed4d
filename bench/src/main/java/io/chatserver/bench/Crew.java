package io.chatserver.bench;

import io.chatserver.bench.process.ProcessUsage;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.FrameDecoder;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.Reply;
import io.chatserver.tls.TlsException;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * The virtual users of a run and the event loops that they live on: connects them, registers them,
 * logs them in, puts them into groups.
 *
 * <p>Threads: any.
 */
final class Crew implements AutoCloseable {
  static final Duration REPLY_TIMEOUT = Duration.ofSeconds(30);

  private static final String PASSWORD = "bench-password";

  /** The longest object that a server sends: a login's reply with its lists. */
  private static final int MAX_FRAME_BYTES = 8 << 20;

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration PROBE_TIMEOUT = Duration.ofMillis(250);

  /** Lets the original take one request out of its socket before the next one follows. */
  private static final Duration SPACING = Duration.ofMillis(1);

  private static final Duration LOGOUT_PAUSE = Duration.ofMillis(100);
  private static final Duration DEFAULT_RETRY = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final Target target;
  private final Wire wire;
  private final Names names;
  private final boolean epoll = Epoll.isAvailable();
  private final MultiThreadIoEventLoopGroup loops;
  private final AtomicInteger connections = new AtomicInteger();
  private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

  Crew(Target target, Wire wire, Names names, int loopCount) {
    this.target = target;
    this.wire = wire;
    this.names = names;
    var handlers = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    loops = new MultiThreadIoEventLoopGroup(loopCount, handlers);
  }

  Target target() {
    return target;
  }

  Wire wire() {
    return wire;
  }

  MessageText text(int length) {
    return new MessageText(names.tag, length);
  }

  /** Accounts that an earlier run may have made, where the wire lets one log in to such. */
  List<Account> accounts(int count) {
    // The original tells the number of an account only when it is made.
    return wire.promisesDelivery() ? accounts(names.prefix + "-", count) : newAccounts(count);
  }

  /** Accounts that no other run has. */
  List<Account> newAccounts(int count) {
    return accounts(names.prefix + "-" + names.tag + "-", count);
  }

  private static List<Account> accounts(String prefix, int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(i -> new Account(null, prefix + i, PASSWORD))
        .toList();
  }

  /** Fails if this process or the server cannot have so many connections. */
  void checkOpenFiles(int connections) {
    ProcessUsage.self().checkOpenFiles("this program", connections);
    for (var server : target.servers()) {
      server.checkOpenFiles("a server", connections / target.addresses().size());
    }
  }

  /** Connects users; each run of {@code together} of them shares an event loop. */
  List<VirtualUser> connect(List<Account> accounts, int together) {
    var users = new ArrayList<VirtualUser>();
    for (int i = 0; i < accounts.size(); i++) {
      var loop = i % together == 0 ? loops.next() : users.get(i - 1).loop();
      var connected = connect(accounts.get(i), loop);
      var what = "connecting to " + target;
      users.add(Waiting.forResult(connected, CONNECT_TIMEOUT.multipliedBy(2), what));
    }
    return users;
  }

  /** The nodes in turn, so that those who talk to each other are on different ones. */
  private InetSocketAddress nextAddress() {
    var addresses = target.addresses();
    return addresses.get(Math.floorMod(connections.getAndIncrement(), addresses.size()));
  }

  CompletableFuture<VirtualUser> connect(Account account) {
    return connect(account, loops.next());
  }

  private CompletableFuture<VirtualUser> connect(Account account, EventLoop loop) {
    var connected = new CompletableFuture<VirtualUser>();
    var address = nextAddress();
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
                    channels.add(channel);
                    var user = new VirtualUser(wire, channel, account);
                    var decoder = new FrameDecoder(wire.reader(), MAX_FRAME_BYTES);
                    var tls = target.tls();
                    if (tls != null) {
                      var host = address.getHostString();
                      channel
                          .pipeline()
                          .addLast(tls.handler(host, address.getPort(), CONNECT_TIMEOUT));
                    }
                    channel.pipeline().addLast(decoder, user);
                  }
                });
    bootstrap
        .connect(address)
        .addListener((ChannelFuture future) -> {
          var pipeline = future.channel().pipeline();
          if (!future.isSuccess()) {
            connected.completeExceptionally(future.cause());
          } else if (target.tls() == null) {
            connected.complete(pipeline.get(VirtualUser.class));
          } else {
            completeAfterHandshake(connected, pipeline);
          }
        });
    return connected;
  }

  private static void completeAfterHandshake(
      CompletableFuture<VirtualUser> connected, ChannelPipeline pipeline) {
    pipeline
        .get(SslHandler.class)
        .handshakeFuture()
        .addListener(shaken -> {
          if (shaken.isSuccess()) {
            connected.complete(pipeline.get(VirtualUser.class));
          } else {
            connected.completeExceptionally(TlsException.of(shaken.cause()));
          }
        });
  }

  /** Registers a user, or finds it registered, and logs it in. */
  void enter(VirtualUser user) {
    register(user);
    logIn(user);
  }

  /** Registers a user, or finds it registered. */
  void register(VirtualUser user) {
    var account = user.account();
    var registered = patiently(user, new Command.Register(account.name(), account.password()));
    switch (registered) {
      case Reply.Registered(var id) -> user.becomes(id);
      case Reply.Failed failed when failed.code() == ErrorCode.NAME_TAKEN -> {}
      default ->
          throw new BenchFailed("registering " + account + ": " + Throttling.explain(registered));
    }
  }

  /** Logs a registered user in to have a session token, and gives the login by that. */
  Command.Login loginByToken(VirtualUser user) {
    var byPassword = wire.login(user.account());
    var token =
        logIn(user, new Command.Login(byPassword.credentials(), true, byPassword.resume())).token();
    if (token == null) {
      throw new BenchFailed("no session token for " + user.account());
    }
    return new Command.Login(
        new Command.Credentials.Token(token.text()), false, byPassword.resume());
  }

  private Reply.LoggedIn logIn(VirtualUser user) {
    return logIn(user, wire.login(user.account()));
  }

  private static Reply.LoggedIn logIn(VirtualUser user, Command.Login command) {
    var reply = patiently(user, command);
    if (!(reply instanceof Reply.LoggedIn login)) {
      throw new BenchFailed("logging in " + user.account() + ": " + Throttling.explain(reply));
    }
    user.becomes(login.id());
    user.keepAlive();
    return login;
  }

  /** Creates a group of this run. */
  GroupId createGroup(VirtualUser creator, int number) {
    var name = names.prefix + "-" + names.tag + "-" + number;
    var create = new Command.CreateGroup(name, "");
    if (wire.promisesDelivery()) {
      var reply = patiently(creator, create);
      if (reply instanceof Reply.InGroup(var group)) {
        return group.id();
      }
      throw new BenchFailed("creating " + name + ": " + Throttling.explain(reply));
    }
    tell(creator, create);
    // The original tells the number of a group only at the login.
    creator.send(0, new Command.Logout());
    creator.flush();
    Waiting.pause(LOGOUT_PAUSE);
    return logIn(creator).groups().stream()
        .filter(group -> group.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new BenchFailed("the original has not created group " + name))
        .id();
  }

  /**
   * Has a command of a user who is logged in carried out: waits for its answer, or where there is
   * none for that to what is asked next.
   */
  void tell(VirtualUser user, Command command) {
    if (wire.promisesDelivery()) {
      if (patiently(user, command) instanceof Reply.Failed failed) {
        throw new BenchFailed(
            user.account() + " at " + command + ": " + Throttling.explain(failed));
      }
      return;
    }
    user.send(0, command);
    user.flush();
    Waiting.pause(SPACING);
    ask(user, wire.probe(user.account()), PROBE_TIMEOUT);
  }

  private static Reply patiently(VirtualUser user, Command command) {
    return ask(user, command, REPLY_TIMEOUT);
  }

  /** Asks until the answer is not "later", or patience ends. */
  private static Reply ask(VirtualUser user, Command command, Duration timeout) {
    long begun = System.nanoTime();
    while (true) {
      var what = user.account() + " at " + command.type();
      var reply = Waiting.forResult(user.ask(command, timeout), timeout.plusSeconds(5), what);
      if (!(reply instanceof Reply.Failed failed)
          || !failed.code().isRetryable()
          || System.nanoTime() - begun > PATIENCE.toNanos()) {
        return reply;
      }
      var pause = failed.retryAfter() == null ? DEFAULT_RETRY : failed.retryAfter();
      if (System.nanoTime() - begun + pause.toNanos() > PATIENCE.toNanos()) {
        return reply;
      }
      Waiting.pause(pause);
    }
  }

  @Override
  public void close() {
    channels.close().awaitUninterruptibly(CLOSE_TIMEOUT.toMillis());
    Waiting.forResult(
        loops.shutdownGracefully(0, CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS),
        CLOSE_TIMEOUT.multipliedBy(2),
        "closing the connections");
  }

  /**
   * How users and groups are called.
   *
   * @param prefix how the users' names begin
   * @param tag tells this run from others on the same server; without blanks
   */
  record Names(String prefix, String tag) {}
}
