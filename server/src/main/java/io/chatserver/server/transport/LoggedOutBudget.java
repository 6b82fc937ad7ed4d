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
 * Limits the rate of a connection without a login. When its bucket of bytes or of requests is
 * empty, the connection is not read until the bucket refills. Bytes are counted when they are read,
 * before they are decoded.
 *
 * <p>While a connection is being closed, its bytes are read and dropped, up to a limit.
 *
 * <p>Threads: the channel's event loop.
 */
final class LoggedOutBudget extends ChannelInboundHandlerAdapter {
  /** Enough for the requests in flight. */
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
