package io.chatserver.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProtocolVersion;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol.AddressFamily;
import io.netty.util.AttributeKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the PROXY header at the beginning of a load balancer's connection, then starts serving the
 * client. Closes a connection that begins differently, or sends no header in time.
 *
 * <p>Threads: the connection's event loop.
 */
final class ProxyHeader extends SimpleChannelInboundHandler<HAProxyMessage> {
  private static final Logger log = LoggerFactory.getLogger(ProxyHeader.class);
  private static final AttributeKey<InetSocketAddress> CLIENT = AttributeKey.valueOf("client");

  private static final InetAddress UNKNOWN = InetAddress.ofLiteral("0.0.0.0");

  private final Duration timeout;
  private final Doors doors;
  private final Runnable serve;
  private Future<?> hangUp = CompletableFuture.completedFuture(null);

  private ProxyHeader(Duration timeout, Doors doors, Runnable serve) {
    this.timeout = timeout;
    this.doors = doors;
    this.serve = serve;
  }

  /**
   * Expects a header on a connection.
   *
   * @param timeout how long it may take
   * @param doors is notified of connections that send none
   * @param serve starts serving the connection after that
   */
  static void expect(Channel channel, Duration timeout, Doors doors, Runnable serve) {
    channel.pipeline().addLast(new Begin(doors), new ProxyHeader(timeout, doors, serve));
  }

  /** The client's address and port: those of the peer, or those in the PROXY header. */
  static SocketAddress clientOf(Channel channel) {
    var client = channel.attr(CLIENT).get();
    return client == null ? channel.remoteAddress() : client;
  }

  /** The client's address; 0.0.0.0 if the system does not know it because the socket broke. */
  static InetAddress addressOf(Channel channel) {
    return clientOf(channel) instanceof InetSocketAddress client && client.getAddress() != null
        ? client.getAddress()
        : UNKNOWN;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    hangUp =
        ctx.executor()
            .schedule(
                () -> {
                  log.debug("no PROXY header from {} in time", ctx.channel().remoteAddress());
                  doors.headerTimedOut();
                  var _ = ctx.close();
                },
                timeout.toNanos(),
                TimeUnit.NANOSECONDS);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    hangUp.cancel(false);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, HAProxyMessage header) {
    var channel = ctx.channel();
    // For a health check, and for a client without a known address, the load balancer's own address
    // counts.
    if (header.command() == HAProxyCommand.PROXY
        && isIp(header.proxiedProtocol().addressFamily())) {
      var address = InetAddress.ofLiteral(header.sourceAddress());
      channel.attr(CLIENT).set(new InetSocketAddress(address, header.sourcePort()));
    }
    serve.run();
    // Netty then passes the bytes behind the header to the next handler.
    var _ = ctx.pipeline().remove(this);
  }

  private static boolean isIp(AddressFamily family) {
    return family == AddressFamily.AF_IPv4 || family == AddressFamily.AF_IPv6;
  }

  /** A health check of the load balancer: it connects and sends nothing. */
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      var _ = ctx.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    log.debug("no PROXY header from {}: {}", ctx.channel().remoteAddress(), cause.getMessage());
    var _ = ctx.close();
  }

  /** Checks the first bytes for a header, instead of waiting for the end of the header. */
  private static final class Begin extends ByteToMessageDecoder {
    private final Doors doors;

    Begin(Doors doors) {
      this.doors = doors;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
      var begin = HAProxyMessageDecoder.detectProtocol(in);
      switch (begin.state()) {
        case NEEDS_MORE_DATA -> {}
        case DETECTED -> {
          if (begin.detectedProtocol() == HAProxyProtocolVersion.V1) {
            decodeLine(ctx, in, out);
          } else {
            var _ = ctx.pipeline().replace(this, null, new HAProxyMessageDecoder());
          }
        }
        case INVALID -> {
          in.skipBytes(in.readableBytes());
          doors.noHeader(ctx.channel());
          var _ = ctx.close();
        }
      }
    }

    private void decodeLine(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
      int length = in.bytesBefore((byte) '\n') + 1;
      // The line may be complete or not.
      if (length > ProxyLine.MAX_BYTES
          || (length == 0 && in.readableBytes() >= ProxyLine.MAX_BYTES)) {
        in.skipBytes(in.readableBytes());
        throw new IllegalArgumentException("the header is too long");
      }
      if (length > 0) {
        out.add(ProxyLine.parse(in.readCharSequence(length, StandardCharsets.US_ASCII)));
        var _ = ctx.pipeline().remove(this);
      }
    }
  }
}
