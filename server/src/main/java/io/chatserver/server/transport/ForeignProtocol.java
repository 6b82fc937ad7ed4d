package io.chatserver.server.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a connection that begins with another protocol, without a reply. Removes itself from every
 * other connection.
 *
 * <p>The decoder finds objects anywhere in the bytes. So without this handler a form on a web page
 * could make its visitor's browser send objects in the body of an HTTP request. The head of the
 * request reveals it.
 *
 * <p>Threads: the channel's event loop.
 */
final class ForeignProtocol extends ByteToMessageDecoder {
  private static final Logger log = LoggerFactory.getLogger(ForeignProtocol.class);

  /**
   * The first bytes of each protocol: an HTTP method (the last is HTTP/2's), SSH, a TLS handshake.
   */
  private static final List<byte[]> BEGINNINGS =
      Stream.of(
              "GET ",
              "POST ",
              "PUT ",
              "HEAD ",
              "DELETE ",
              "OPTIONS ",
              "PATCH ",
              "TRACE ",
              "CONNECT ",
              "PRI ",
              "SSH-",
              "\u0016\u0003")
          .map(beginning -> beginning.getBytes(US_ASCII))
          .toList();

  private final ConnectionMeter meter;

  ForeignProtocol(ConnectionMeter meter) {
    this.meter = meter;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    // HTTP allows line ends before a request.
    int start = in.forEachByte(ForeignProtocol::isBlank);
    in.readerIndex(start < 0 ? in.writerIndex() : start);
    boolean undecided = !in.isReadable();
    for (byte[] beginning : BEGINNINGS) {
      int length = Math.min(beginning.length, in.readableBytes());
      if (beginsWith(in, beginning, length)) {
        if (length == beginning.length) {
          close(ctx, in);
          return;
        }
        undecided = true;
      }
    }
    if (!undecided) {
      // Netty then passes the remaining bytes to the next handler.
      var _ = ctx.pipeline().remove(this);
    }
  }

  private static boolean isBlank(byte value) {
    return value == ' ' || value == '\t' || value == '\r' || value == '\n' || value == 0;
  }

  private static boolean beginsWith(ByteBuf in, byte[] beginning, int length) {
    for (int i = 0; i < length; i++) {
      if (in.getByte(in.readerIndex() + i) != beginning[i]) {
        return false;
      }
    }
    return true;
  }

  private void close(ChannelHandlerContext ctx, ByteBuf in) {
    in.skipBytes(in.readableBytes());
    meter.countForeign();
    log.debug("{} speaks another protocol: closed", ProxyHeader.clientOf(ctx.channel()));
    var _ = ctx.close();
  }

  /**
   * Does not request another read when nothing was decoded, unlike its parent: the socket may be
   * paused.
   */
  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.fireChannelReadComplete();
  }
}
