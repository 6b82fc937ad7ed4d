package io.chatserver.client;

import static org.awaitility.Awaitility.await;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.Frame;
import io.chatserver.protocol.FrameDecoder;
import io.chatserver.protocol.FrameWriter;
import io.chatserver.protocol.Friend;
import io.chatserver.protocol.Group;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.Member;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.RequestReader;
import io.chatserver.protocol.Role;
import io.chatserver.protocol.UserId;
import io.chatserver.protocol.WireForm;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A server that answers as it is told to, on a real socket. Alice, user 1, is the one who logs in;
 * she knows Bob, user 2, and group 7.
 *
 * <p>Threads: any.
 */
public final class FakeServer implements AutoCloseable {
  public static final UserId ALICE = new UserId(1);
  public static final UserId BOB = new UserId(2);
  public static final GroupId FAMILY = new GroupId(7);
  public static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  public static final Friend BOB_AS_FRIEND = new Friend(BOB, "bob", true);
  public static final Group FAMILY_GROUP = new Group(FAMILY, "family", "all of us", 2, List.of());
  public static final Reply.LoggedIn WELCOME =
      new Reply.LoggedIn(ALICE, "alice", List.of(BOB_AS_FRIEND), List.of(FAMILY_GROUP), List.of());

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final FrameWriter writer = new FrameWriter(ZoneOffset.UTC);
  private final List<Command> received = new CopyOnWriteArrayList<>();
  private final FakeLog log = new FakeLog();
  private final int port;
  private volatile Function<Command, @Nullable Reply> behaviour = this::friendlyAnswer;
  private volatile Channel listening;

  private FakeServer() {
    listening = listen(0);
    port = ((InetSocketAddress) listening.localAddress()).getPort();
  }

  /** Starts on a free port, answering everything as a friendly server would. */
  public static FakeServer start() {
    return new FakeServer();
  }

  public int port() {
    return port;
  }

  /** All that was asked so far. */
  public List<Command> received() {
    return received;
  }

  /** What its users have said. */
  public FakeLog log() {
    return log;
  }

  public int connectionCount() {
    return connections.size();
  }

  /** Answers with this from now on; null is silence. */
  public void answerWith(Function<Command, @Nullable Reply> newBehaviour) {
    behaviour = newBehaviour;
  }

  /** What a server says that has no objection. */
  public Reply friendlyAnswer(Command command) {
    return switch (command) {
      case Command.Register _ -> new Reply.Registered(ALICE);
      case Command.Login _ -> WELCOME;
      case Command.Logout _ -> new Reply.Done();
      case Command.SendDirect(var to, var text, var id) ->
          log.send(ConversationId.direct(ALICE, to), text, id);
      case Command.SendGroup(var group, var text, var id) ->
          log.send(ConversationId.group(group), text, id);
      case Command.AddFriend(var id) -> new Reply.FriendAdded(new Friend(id, "carol", false));
      case Command.CreateGroup(var name, var description) ->
          new Reply.InGroup(new Group(new GroupId(8), name, description, 1, List.of()));
      case Command.JoinGroup(var id) -> new Reply.InGroup(new Group(id, "club", "", 5, List.of()));
      case Command.ListFriends _ -> new Reply.Friends(List.of(BOB_AS_FRIEND));
      case Command.ListGroups _ -> new Reply.Groups(List.of(FAMILY_GROUP));
      case Command.ListMembers(var group, var after) -> members(group, after);
      case Command.Acknowledge _, Command.RevokeTokens _, Command.ChangePassword _ ->
          new Reply.Done();
      case Command.Find(var name) ->
          new Reply.Found(
              name.equals("carol") ? new UserId(3) : null,
              name.equals("club") ? new GroupId(9) : null);
      case Command.ListConversations _ -> log.conversations();
      case Command.History history -> log.history(history);
      case Command.Ping _ -> new Reply.Pong(NOON);
    };
  }

  /** Says something to all connections. */
  public void say(Frame frame) {
    for (var connection : somebody()) {
      for (var piece : writer.write(frame, WireForm.MODERN, connection.alloc())) {
        connection.writeAndFlush(piece).awaitUninterruptibly();
      }
    }
  }

  public void push(Push push) {
    if (push instanceof Push.MessageReceived(var message)) {
      log.note(message);
    }
    say(new Frame.Event(push));
  }

  /** Says something that no server of this version would. */
  public void sayRaw(String bytes) {
    for (var connection : somebody()) {
      var buffer = connection.alloc().buffer();
      buffer.writeCharSequence(bytes, StandardCharsets.UTF_8);
      connection.writeAndFlush(buffer).awaitUninterruptibly();
    }
  }

  /** Hangs up on everybody. */
  public void dropConnections() {
    somebody().close().awaitUninterruptibly();
  }

  /** Refuses connections from now on. */
  public void stopListening() {
    listening.close().awaitUninterruptibly();
  }

  /** Takes connections again. */
  public void listenAgain() {
    listening = listen(port);
  }

  @Override
  public void close() {
    var _ = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  /** A client is connected before its connection is accepted. */
  private ChannelGroup somebody() {
    await().pollDelay(Duration.ZERO).until(() -> !connections.isEmpty());
    return connections;
  }

  private Channel listen(int wantedPort) {
    return new ServerBootstrap()
        .group(loops)
        .channel(NioServerSocketChannel.class)
        .childHandler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                connections.add(channel);
                channel
                    .pipeline()
                    .addLast(new FrameDecoder(new RequestReader(), 1 << 20), new Answerer());
              }
            })
        .bind("127.0.0.1", wantedPort)
        .syncUninterruptibly()
        .channel();
  }

  /** Two pages of one member each. */
  private static Reply members(GroupId group, @Nullable UserId after) {
    var member =
        after == null
            ? new Member(ALICE, "alice", Role.CREATOR, true)
            : new Member(BOB, "bob", Role.NORMAL, false);
    return new Reply.Members(group, List.of(member), after == null);
  }

  private final class Answerer extends SimpleChannelInboundHandler<Frame> {
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      // A client that was killed.
      var _ = ctx.close();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, Frame frame) {
      var request = (Frame.Request) frame;
      received.add(request.command());
      var reply = behaviour.apply(request.command());
      if (reply != null) {
        var response = new Frame.Response(request.rid(), request.command().type(), reply);
        for (var piece : writer.write(response, WireForm.MODERN, ctx.alloc())) {
          var _ = ctx.writeAndFlush(piece);
        }
      }
    }
  }
}
