package io.chatserver.client.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.function.Consumer;

/**
 * Detects on a connection without TLS whether the server's first bytes are a TLS alert: then the
 * server expects a TLS handshake on this port.
 *
 * <p>Threads: the connection's event loop.
 */
final class TlsAlertDetector extends ChannelInboundHandlerAdapter {
  private static final byte ALERT = 0x15;
  private static final byte VERSION = 3;

  private final Consumer<String> explanation;

  TlsAlertDetector(Consumer<String> explanation) {
    this.explanation = explanation;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof ByteBuf bytes && bytes.readableBytes() > 1) {
      int start = bytes.readerIndex();
      if (bytes.getByte(start) == ALERT && bytes.getByte(start + 1) == VERSION) {
        explanation.accept("the server speaks TLS on this port: use --tls");
      }
    }
    var _ = ctx.pipeline().remove(this);
    ctx.fireChannelRead(message);
  }
}
