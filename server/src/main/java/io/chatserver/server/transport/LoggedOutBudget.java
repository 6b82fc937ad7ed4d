package io.chatserver.server.transport;

import io.chatserver.server.chat.Caller;
import io.chatserver.server.config.Rate;
import io.chatserver.server.config.Throttle;
import io.chatserver.server.fault.RateLimit;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;

/**
 * Keeps a connection on which nobody is logged in slow: when it has used up its bytes or its
 * requests, it is not read until there are some again. The bytes are counted as they are read,
 * before anything looks at them.
 *
 * <p>A connection that is being closed may go on only so long: its bytes are read to be dropped.
 *
 * <p>Threads: the channel's event loop.
 */
final class LoggedOutBudget extends ChannelInboundHandlerAdapter {
  /** Enough for the requests that were on their way. */
  private static final int MAX_DROPPED_BYTES = 256 * 1024;

  private final NettyConnection connection;
  private final Caller caller;
  private final ConnectionMeter meter;
  private final RateLimit bytes;
  private final RateLimit requests;
  private int dropped;

  LoggedOutBudget(
      NettyConnection connection, Caller caller, Throttle throttle, ConnectionMeter meter) {
    this.connection = connection;
    this.caller = caller;
    this.meter = meter;
    boolean exempt = throttle.exempt().contain(connection.address());
    this.bytes = limit(throttle.loggedOutBytes(), exempt);
    this.requests = limit(throttle.loggedOutRequests(), exempt);
  }

  private static RateLimit limit(Rate rate, boolean exempt) {
    return RateLimit.confined(exempt ? 0 : rate.burst(), rate.amount(), rate.period());
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    int length = ((ByteBuf) message).readableBytes();
    if (connection.isClosing()) {
      dropped += length;
      if (dropped > MAX_DROPPED_BYTES) {
        var _ = ctx.close();
      }
    } else {
      take(bytes, length);
    }
    ctx.fireChannelRead(message);
  }

  /** A request was decoded. */
  void requestReceived() {
    take(requests, 1);
  }

  private void take(RateLimit limit, int tokens) {
    if (caller.isLoggedIn()) {
      return;
    }
    long nanos = limit.overdraw(tokens);
    if (nanos > 0) {
      meter.countLoggedOutPause(connection);
      connection.pause(Duration.ofNanos(nanos));
    }
  }
}
