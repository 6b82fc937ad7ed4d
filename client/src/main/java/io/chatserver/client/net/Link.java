package io.chatserver.client.net;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.Frame;
import io.chatserver.protocol.FrameDecoder;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.RequestWriter;
import io.chatserver.protocol.ResponseReader;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One socket of a {@link ChatConnection}, from its opening to its end.
 *
 * <p>Threads: the connection's event loop.
 */
final class Link extends SimpleChannelInboundHandler<Frame> {
  private static final Logger log = LoggerFactory.getLogger(Link.class);

  /** A login's answer with all friends and groups is the largest thing that a server says. */
  private static final int MAX_FRAME_BYTES = 8 * 1024 * 1024;

  private static final int MAX_UNFLUSHED_FRAMES = 256;

  private static final ResponseReader READER = new ResponseReader();

  private final ConnectionSettings settings;
  private final ChatConnection owner;
  private final Channel channel;
  private final PendingRequests pending;

  private Future<?> pings = CompletableFuture.completedFuture(null);
  private boolean expiryScheduled;
  private @Nullable String endReason;

  Link(ConnectionSettings settings, ChatConnection owner, Channel channel) {
    this.settings = settings;
    this.owner = owner;
    this.channel = channel;
    pending = new PendingRequests(settings.requests().timeout(), System::nanoTime);
  }

  /** The handlers of a socket, in the order in which bytes come in. */
  void install() {
    var keepAlive = settings.keepAlive();
    var dead = keepAlive.pingEvery().plus(keepAlive.silenceLimit());
    var tls = settings.tls();
    if (tls == null) {
      channel.pipeline().addLast(new TlsAlertDetector(this::explainEnd));
    } else {
      var timeout = settings.retry().connectTimeout();
      channel.pipeline().addLast(tls.handler(settings.host(), settings.port(), timeout));
    }
    channel
        .pipeline()
        .addLast(
            new FlushConsolidationHandler(MAX_UNFLUSHED_FRAMES, true),
            new IdleStateHandler(dead.toNanos(), 0, 0, TimeUnit.NANOSECONDS),
            new FrameDecoder(READER, MAX_FRAME_BYTES),
            this);
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    long nanos = settings.keepAlive().pingEvery().toNanos();
    pings = ctx.executor().scheduleWithFixedDelay(this::ping, nanos, nanos, TimeUnit.NANOSECONDS);
  }

  /** Pings also under load, because the reply shows whether a message was lost. */
  private void ping() {
    write(new Frame.Request(null, new Command.Ping()));
  }

  void request(PendingRequest request) {
    long rid = pending.add(request);
    write(new Frame.Request(rid, request.command()));
    scheduleExpiry();
  }

  void close(String reason) {
    explainEnd(reason);
    var _ = channel.close();
  }

  /** The first reason is the cause, the others are its effects. */
  private String explainEnd(String reason) {
    if (endReason == null) {
      endReason = reason;
    }
    return endReason;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, Frame frame) {
    switch (frame) {
      case Frame.Response(var rid, _, Reply reply) -> {
        if (reply instanceof Reply.Pong pong) {
          owner.pongInLoop(pong);
        }
        answer(pending.take(rid), reply);
      }
      case Frame.Event(Push push) -> push(push);
      case Frame.Malformed malformed -> reject(malformed);
      case Frame.Request request -> log.debug("the server sent a request: {}", request);
    }
  }

  private void answer(@Nullable PendingRequest request, Reply reply) {
    if (request != null) {
      owner.repliedInLoop(this, request.command(), reply);
      request.answer(reply);
    }
  }

  private void push(Push push) {
    if (push instanceof Push.Closing announced) {
      explainEnd(announced.reason().text());
    }
    owner.pushedInLoop(push);
  }

  private void reject(Frame.Malformed malformed) {
    log.debug("not understood: {}", malformed);
    var request = pending.take(malformed.rid());
    if (request != null) {
      request.fail(new RequestException.Unreadable(malformed.detail()));
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof IdleStateEvent) {
      close("the server is silent");
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    log.debug("connection failed", cause);
    var fault =
        cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
    close(String.valueOf(fault.getMessage()));
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    pings.cancel(false);
    var reason = explainEnd("the server closed it");
    owner.endedInLoop(this, reason, pending.takeAll());
  }

  private void write(Frame.Request request) {
    channel
        .writeAndFlush(RequestWriter.write(request, channel.alloc()))
        .addListener(written -> {
          if (!written.isSuccess()) {
            log.debug("write failed", written.cause());
          }
        });
  }

  private void scheduleExpiry() {
    var next = pending.untilNextExpiry();
    if (next != null && !expiryScheduled) {
      expiryScheduled = true;
      var _ = channel.eventLoop().schedule(this::expire, next.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  private void expire() {
    expiryScheduled = false;
    for (var request : pending.takeExpired()) {
      request.fail(new RequestException.TimedOut(request.command(), settings.requests().timeout()));
      if (request.command() instanceof Command.Login
          || request.command() instanceof Command.Logout) {
        // Whether there is a session is not known, and only a new connection is sure to have none.
        close("no answer to " + request.command().type());
      }
    }
    scheduleExpiry();
  }
}
