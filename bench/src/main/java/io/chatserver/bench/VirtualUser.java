package io.chatserver.bench;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Frame;
import io.chatserver.protocol.MessageType;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.UserId;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One user on one connection: asks and waits while it is brought up, then hands its traffic to a
 * scenario. What it writes while it reads goes out in one flush at the end of the read.
 *
 * <p>Threads: any brings it up, one at a time; what a scenario does, the event loop of its
 * connection.
 */
final class VirtualUser extends ChannelInboundHandlerAdapter {
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(25);

  /** The {@code rid} of what is only told: nobody waits for the answer. */
  private static final long TOLD_RID = Long.MIN_VALUE;

  private final Wire wire;
  private final Channel channel;
  private final AtomicReference<@Nullable Question> question = new AtomicReference<>();
  private final Receiving receiving = new Receiving();
  private volatile Account account;
  private volatile Traffic traffic = Traffic.NONE;
  private volatile @Nullable Future<?> keepingAlive;
  private volatile String closing = "closed";

  /** The scenario's numbers are positive, these are not. */
  private long lastQuestion;

  VirtualUser(Wire wire, Channel channel, Account account) {
    this.wire = wire;
    this.channel = channel;
    this.account = account;
  }

  Account account() {
    return account;
  }

  /** Its number; call it only after the login. */
  UserId id() {
    var id = account.id();
    if (id == null) {
      throw new IllegalStateException(account + " is not logged in");
    }
    return id;
  }

  Channel channel() {
    return channel;
  }

  EventLoop loop() {
    return channel.eventLoop();
  }

  /** Tells what the server calls it. */
  void becomes(UserId id) {
    account = new Account(id, account.name(), account.password());
  }

  /** Shows now and then that he is there, as the protocol asks; the original asks nothing. */
  void keepAlive() {
    if (wire.promisesDelivery()) {
      long period = KEEP_ALIVE.toMillis();
      keepingAlive = loop().scheduleAtFixedRate(this::ping, period, period, TimeUnit.MILLISECONDS);
    }
  }

  private void ping() {
    tell(new Command.Ping());
  }

  /** Writes a command to whose answer nobody listens. */
  void tell(Command command) {
    send(TOLD_RID, command);
    flush();
  }

  /** From now on all that comes in is the scenario's. */
  void handTo(Traffic next) {
    traffic = next;
  }

  /**
   * Asks one thing at a time, outside of the scenario's traffic. No answer in time is a refusal
   * that may be tried again.
   */
  CompletableFuture<Reply> ask(Command command, Duration timeout) {
    var asked = new Question(--lastQuestion, command.type(), new CompletableFuture<>());
    if (!question.compareAndSet(null, asked)) {
      throw new IllegalStateException(account + " has asked something already");
    }
    if (!channel.isActive()) {
      asked.reply.completeExceptionally(new BenchFailed(account + ": " + closing));
    }
    send(asked.rid, command);
    flush();
    var none = new Reply.Failed(ErrorCode.BUSY, "no answer within " + timeout);
    return asked
        .reply
        .completeOnTimeout(none, timeout.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete((_, _) -> question.set(null));
  }

  /** Writes a command without a flush; its answer comes to the scenario with this {@code rid}. */
  void send(long rid, Command command) {
    var _ =
        channel.write(wire.write(rid, account, command, channel.alloc()), channel.voidPromise());
  }

  /** Closes the connection. */
  void leave() {
    var _ = channel.close();
  }

  void flush() {
    channel.flush();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    switch ((Frame) message) {
      case Frame.Event(Push.MessageReceived(var chat)) -> received(chat);
      case Frame.Event(Push.Closing push) ->
          closing = "the server closed the connection: " + Throttling.explain(push.reason());
      case Frame.Event(Push.Page page) when wire.acknowledges() ->
          page.messages().forEach(this::received);
      case Frame.Event(Push.Receipt _) when wire.acknowledges() -> {}
      case Frame.Event(Push.Page _),
          Frame.Event(Push.Receipt _),
          Frame.Event(Push.EntryReceived _) ->
          traffic.disturbed(this, "a push that was not asked for");
      case Frame.Response response -> answered(response);
      case Frame.Malformed malformed ->
          traffic.disturbed(this, "unreadable: " + malformed.detail());
      case Frame.Request _ -> throw new IllegalArgumentException("a server asks nothing");
    }
  }

  private void received(ChatMessage message) {
    if (wire.acknowledges()) {
      receiving.received(this, message);
    }
    traffic.received(this, message);
  }

  private void answered(Frame.Response response) {
    var asked = question.get();
    if (asked != null && asked.isAnsweredBy(response)) {
      asked.reply.complete(response.reply());
    } else if (response.rid() != null && response.rid() != TOLD_RID) {
      traffic.answered(this, response.rid(), response.reply());
    } else if (response.rid() == null) {
      traffic.disturbed(this, "an answer to nothing: " + response.reply());
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.flush();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (keepingAlive != null) {
      keepingAlive.cancel(false);
    }
    var asked = question.get();
    if (asked != null) {
      asked.reply.completeExceptionally(new BenchFailed(account + ": " + closing));
    }
    traffic.disturbed(this, closing);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    closing = String.valueOf(cause);
    var _ = ctx.close();
  }

  /** What a scenario does with what comes in; called on the user's event loop. */
  interface Traffic {
    /** A user that no scenario has yet. */
    Traffic NONE =
        new Traffic() {
          @Override
          public void received(VirtualUser user, ChatMessage message) {}

          @Override
          public void answered(VirtualUser user, long rid, Reply reply) {}

          @Override
          public void disturbed(VirtualUser user, String what) {}
        };

    void received(VirtualUser user, ChatMessage message);

    void answered(VirtualUser user, long rid, Reply reply);

    /** Something came that should not have come, or the connection is closed. */
    void disturbed(VirtualUser user, String what);
  }

  private record Question(long rid, MessageType type, CompletableFuture<Reply> reply) {
    /** The original's wire has no {@code rid}: there the type tells. */
    boolean isAnsweredBy(Frame.Response response) {
      return response.rid() == null ? response.request() == type : response.rid() == rid;
    }
  }
}
