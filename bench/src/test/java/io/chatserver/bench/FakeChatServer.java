package io.chatserver.bench;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Frame;
import io.chatserver.protocol.FrameDecoder;
import io.chatserver.protocol.FrameWriter;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.RequestReader;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
  private final Function<ChatMessage, List<ChatMessage>> fault;
  private final InetSocketAddress address;
  private int busyAnswers;

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
    protected void channelRead0(ChannelHandlerContext ctx, Frame frame) {
      var request = (Frame.Request) frame;
      var reply = busyAnswers-- > 0 ? busy() : handle(request.command());
      write(new Frame.Response(request.rid(), request.command().type(), reply));
      if (reply instanceof Reply.Sent sent
          && request.command() instanceof Command.SendDirect(var to, var text, _)
          && user != null) {
        var message =
            new ChatMessage(
                sent.conversation(), sent.seq(), user, "user" + user, sent.sentAt(), text);
        deliver(to, message);
      }
    }

    private Reply handle(Command command) {
      return switch (command) {
        case Command.Register(var name, _) -> register(name);
        case Command.Login(Command.Credentials.Password(Command.Identity.ById(var id), _), _, _) ->
            login(id);
        case Command.Login(
                Command.Credentials.Password(Command.Identity.ByName(var name), _),
                _,
                _) ->
            login(idsByName.get(name));
        case Command.SendDirect(var to, _, _) when user != null -> {
          var conversation = ConversationId.direct(user, to);
          long seq = lastSeqs.merge(conversation, 1L, Long::sum);
          yield new Reply.Sent(conversation, seq, Instant.EPOCH);
        }
        default -> new Reply.Failed(ErrorCode.UNKNOWN_TYPE, "");
      };
    }

    private Reply register(String name) {
      var id = new UserId(idsByName.size() + 1);
      return idsByName.putIfAbsent(name, id) == null
          ? new Reply.Registered(id)
          : new Reply.Failed(ErrorCode.NAME_TAKEN, "");
    }

    private Reply login(@Nullable UserId id) {
      if (id == null) {
        return new Reply.Failed(ErrorCode.INVALID_CREDENTIALS, "");
      }
      user = id;
      connectionsById.put(id, this);
      return new Reply.LoggedIn(id, "user" + id, List.of(), List.of(), List.of());
    }

    private static Reply busy() {
      return new Reply.Failed(ErrorCode.BUSY, "", Duration.ofMillis(1));
    }

    private void deliver(UserId to, ChatMessage message) {
      var receiver = connectionsById.get(to);
      if (receiver != null) {
        for (var each : fault.apply(message)) {
          receiver.write(new Frame.Event(new Push.MessageReceived(each)));
        }
      }
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
