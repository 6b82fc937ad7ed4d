package io.chatserver.server.transport;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds TLS to a connection, and starts serving the client after the handshake. Stays behind the
 * {@link SslHandler} to handle TLS failures, which strangers can cause, before they reach the
 * handlers that serve clients.
 *
 * <p>Threads: the connection's event loop.
 */
final class TlsHandshake extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(TlsHandshake.class);

  /** A fatal alert, "unexpected message": it shows a client without TLS that the port needs TLS. */
  private static final byte[] NOT_TLS_ALERT = {0x15, 3, 3, 0, 2, 2, 10};

  private final ServerTls tls;
  private final Consumer<Channel> serve;
  private boolean served;

  private TlsHandshake(ServerTls tls, Consumer<Channel> serve) {
    this.tls = tls;
    this.serve = serve;
  }

  /**
   * Expects a handshake on a connection.
   *
   * @param serve starts serving the connection after that
   */
  static void expect(Channel channel, ServerTls tls, Consumer<Channel> serve) {
    channel.pipeline().addLast(tls.newHandler(channel.alloc()), new TlsHandshake(tls, serve));
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    switch (event) {
      case SslHandshakeCompletionEvent handshake -> handshakeEnded(ctx, handshake);
      case SslCloseCompletionEvent closing when closing.isSuccess() -> clientClosed(ctx);
      case SslCloseCompletionEvent _ -> {}
      case ChannelInputShutdownEvent _ when !served -> {
        var _ = ctx.close();
      }
      default -> ctx.fireUserEventTriggered(event);
    }
  }

  /** The {@link SslHandler} closes the connection after a failure. */
  private void handshakeEnded(ChannelHandlerContext ctx, SslHandshakeCompletionEvent handshake) {
    tls.handshakeEnded(handshake.isSuccess());
    if (handshake.isSuccess()) {
      served = true;
      serve.accept(ctx.channel());
      return;
    }
    log.debug(
        "no TLS handshake with {}: {}",
        ProxyHeader.clientOf(ctx.channel()),
        handshake.cause().getMessage());
    if (handshake.cause() instanceof NotSslRecordException) {
      // Written in front of the TLS handler, because it must not be encrypted.
      var alert = Unpooled.wrappedBuffer(NOT_TLS_ALERT);
      var _ = ctx.pipeline().context(SslHandler.class).writeAndFlush(alert);
    }
  }

  /**
   * The client has sent close_notify. BoringSSL has then closed both directions, as TLS 1.2
   * demands. The JDK's TLS 1.3 can still send replies.
   */
  private void clientClosed(ChannelHandlerContext ctx) {
    if (ctx.pipeline().get(SslHandler.class).engine().isOutboundDone()) {
      var _ = ctx.close();
    } else {
      ctx.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    boolean isTls =
        cause instanceof SSLException
            || (cause instanceof DecoderException && cause.getCause() instanceof SSLException);
    if (served && !isTls) {
      ctx.fireExceptionCaught(cause);
      return;
    }
    log.debug("{}: {}", ProxyHeader.clientOf(ctx.channel()), cause.getMessage());
    var _ = ctx.close();
  }
}
