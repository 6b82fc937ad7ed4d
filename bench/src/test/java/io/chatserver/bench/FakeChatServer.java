package io.chatserver.bench;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Frame;
import io.chatserver.protocol.FrameDecoder;
import io.chatserver.protocol.FrameWriter;
import io.chatserver.protocol.Group;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.RequestReader;
import io.chatserver.protocol.SessionToken;
import io.chatserver.protocol.UserId;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A server in memory that does what a scenario needs, with a place to plant faults.
 *
 * <p>Threads: its one event loop.
 */
final class FakeChatServer implements AutoCloseable {
  private final MultiThreadIoEventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final FrameWriter writer = new FrameWriter(ZoneOffset.UTC);
  private final Map<String, UserId> idsByName = new HashMap<>();
  private final Map<UserId, Connection> connectionsById = new HashMap<>();
  private final Map<ConversationId, Long> lastSeqs = new HashMap<>();
  private final Map<String, GroupId> groupsByName = new LinkedHashMap<>();
  private final Map<GroupId, Set<UserId>> members = new HashMap<>();
  private final Map<UserId, List<ChatMessage>> offline = new HashMap<>();
  private final Function<ChatMessage, List<ChatMessage>> fault;
  private final InetSocketAddress address;
  private int busyAnswers;
  private final Map<UserId, List<ChatMessage>> received = new HashMap<>();
  private volatile boolean confusing;
  private volatile int loginsByPassword;

  private FakeChatServer(Function<ChatMessage, List<ChatMessage>> fault, int busyAnswers)
      throws InterruptedException {
    this.fault = fault;
    this.busyAnswers = busyAnswers;
    var channel =
        new ServerBootstrap()
            .group(loop)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    var reader = new RequestReader();
                    channel
                        .pipeline()
                        .addLast(new FrameDecoder(reader, 65_536), new Connection(reader));
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .sync()
            .channel();
    address = (InetSocketAddress) channel.localAddress();
  }

  static FakeChatServer faultless() throws InterruptedException {
    return new FakeChatServer(List::of, 0);
  }

  /**
   * One that delivers what the function makes of each message.
   *
   * @param fault called on one thread
   */
  static FakeChatServer delivering(Function<ChatMessage, List<ChatMessage>> fault)
      throws InterruptedException {
    return new FakeChatServer(fault, 0);
  }

  /** One that answers the first requests with "busy". */
  static FakeChatServer busyFor(int requests) throws InterruptedException {
    return new FakeChatServer(List::of, requests);
  }

  /** One that takes everybody for another. */
  static FakeChatServer confusingLogins() throws InterruptedException {
    var server = new FakeChatServer(List::of, 0);
    server.confusing = true;
    return server;
  }

  int loginsByPassword() {
    return loginsByPassword;
  }

  InetSocketAddress address() {
    return address;
  }

  @Override
  public void close() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  /** One connection and whoever is logged in on it. */
  private final class Connection extends SimpleChannelInboundHandler<Frame> {
    private final RequestReader reader;
    private @Nullable Channel channel;
    private @Nullable UserId user;

    Connection(RequestReader reader) {
      this.reader = reader;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      channel = ctx.channel();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      if (user != null) {
        connectionsById.remove(user, this);
      }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, Frame frame) {
      var request = (Frame.Request) frame;
      var reply = busyAnswers-- > 0 ? busy() : handle(request.command());
      write(new Frame.Response(request.rid(), request.command().type(), reply));
      if (reply instanceof Reply.Sent sent && user != null) {
        spread(sent, user, request.command());
      }
      if (reply instanceof Reply.LoggedIn login && !reader.form().isLegacy()) {
        takeOffline(login.id()).forEach(this::push);
      }
    }

    private void spread(Reply.Sent sent, UserId sender, Command command) {
      switch (command) {
        case Command.SendDirect(var to, var text, _) -> deliver(List.of(to), sent, sender, text);
        case Command.SendGroup(var group, var text, _) ->
            deliver(membersOf(group), sent, sender, text);
        default -> throw new IllegalArgumentException(command.toString());
      }
    }

    private Set<UserId> membersOf(GroupId group) {
      return members.computeIfAbsent(group, _ -> new LinkedHashSet<>());
    }

    private Reply handle(Command command) {
      return switch (command) {
        case Command.Register(var name, _) -> register(name);
        case Command.Login(var credentials, var remember, _, _) -> login(credentials, remember);
        case Command.History(var conversation, var before, _, var limit) ->
            history(conversation, before == null ? Long.MAX_VALUE : before, limit);
        case Command.SendDirect(var to, _, _) when user != null ->
            sent(ConversationId.direct(user, to));
        case Command.SendGroup(var group, _, _) when user != null ->
            sent(ConversationId.group(group));
        case Command.CreateGroup(var name, _) when user != null -> {
          groupsByName.put(name, new GroupId(groupsByName.size() + 1));
          yield join(groupsByName.get(name), user);
        }
        case Command.JoinGroup(var group) when user != null -> join(group, user);
        case Command.Logout() when user != null -> {
          connectionsById.remove(user);
          user = null;
          yield new Reply.Done();
        }
        case Command.Ping() -> new Reply.Pong(Instant.EPOCH);
        default -> new Reply.Failed(ErrorCode.UNKNOWN_TYPE, "");
      };
    }

    private Reply sent(ConversationId conversation) {
      long seq = lastSeqs.merge(conversation, 1L, Long::sum);
      return new Reply.Sent(conversation, seq, Instant.EPOCH);
    }

    private Reply join(GroupId group, UserId who) {
      membersOf(group).add(who);
      return new Reply.InGroup(new Group(group, "group", "", 1, List.of()));
    }

    private Reply register(String name) {
      var id = new UserId(idsByName.size() + 1);
      return idsByName.putIfAbsent(name, id) == null
          ? new Reply.Registered(id)
          : new Reply.Failed(ErrorCode.NAME_TAKEN, "");
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // One thread writes.
    private Reply login(Command.Credentials credentials, boolean remember) {
      var who =
          switch (credentials) {
            case Command.Credentials.Password(Command.Identity.ById(var id), _) -> id;
            case Command.Credentials.Password(Command.Identity.ByName(var name), _) ->
                idsByName.get(name);
            case Command.Credentials.Token(var token) -> new UserId(Integer.parseInt(token));
          };
      if (credentials instanceof Command.Credentials.Password) {
        loginsByPassword++;
      }
      return login(who, remember);
    }

    private Reply login(@Nullable UserId id, boolean remember) {
      if (id == null) {
        return new Reply.Failed(ErrorCode.INVALID_CREDENTIALS, "");
      }
      if (id.equals(user)) {
        return new Reply.Failed(ErrorCode.ACCOUNT_IN_USE, "");
      }
      user = id;
      connectionsById.put(id, this);
      var groups =
          groupsByName.entrySet().stream()
              .map(each -> new Group(each.getValue(), each.getKey(), "", 0, List.of()))
              .toList();
      var waiting = !reader.form().isLegacy() ? List.<ChatMessage>of() : takeOffline(id);
      var shown = confusing ? new UserId(id.value() + 1) : id;
      var token = remember ? new SessionToken(id.toString(), Duration.ofDays(1)) : null;
      return new Reply.LoggedIn(shown, "user" + id, List.of(), groups, waiting, token);
    }

    private Reply history(ConversationId conversation, long before, int limit) {
      var all =
          received.getOrDefault(user, List.of()).stream()
              .filter(each -> each.conversation().equals(conversation) && each.seq() < before)
              .toList();
      int first = Math.max(0, all.size() - limit);
      return new Reply.History(conversation, all.subList(first, all.size()), first > 0);
    }

    private static Reply busy() {
      return new Reply.Failed(ErrorCode.BUSY, "", Duration.ofMillis(1));
    }

    private List<ChatMessage> takeOffline(UserId id) {
      var waiting = offline.remove(id);
      return waiting == null ? List.of() : waiting;
    }

    private void deliver(Collection<UserId> to, Reply.Sent sent, UserId sender, String text) {
      var message =
          new ChatMessage(
              sent.conversation(), sent.seq(), sender, "user" + sender, sent.sentAt(), text);
      for (var each : to) {
        var receiver = connectionsById.get(each);
        if (each.equals(sender)) {
          continue;
        }
        var delivered = fault.apply(message);
        received.computeIfAbsent(each, _ -> new ArrayList<>()).addAll(delivered);
        for (var made : delivered) {
          if (receiver == null) {
            offline.computeIfAbsent(each, _ -> new ArrayList<>()).add(made);
          } else {
            receiver.push(made);
          }
        }
      }
    }

    private void push(ChatMessage message) {
      write(new Frame.Event(new Push.MessageReceived(message)));
    }

    private void write(Frame frame) {
      var to = channel;
      if (to != null) {
        for (var piece : writer.write(frame, reader.form(), to.alloc())) {
          var _ = to.writeAndFlush(piece);
        }
      }
    }
  }
}
