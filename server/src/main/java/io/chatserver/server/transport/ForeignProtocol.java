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
 * Closes a connection that begins as another protocol does, without an answer, and makes way for
 * every other one.
 *
 * <p>Objects are found wherever they stand in what is sent. So a form on a web page could make its
 * visitor's browser send some: behind the head of an HTTP request, which gives the page away.
 *
 * <p>Threads: the channel's event loop.
 */
final class ForeignProtocol extends ByteToMessageDecoder {
  private static final Logger log = LoggerFactory.getLogger(ForeignProtocol.class);

  /** How they begin: a method of HTTP (the last is HTTP/2's), SSH, a handshake of TLS. */
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
      // What is left is handed on after this.
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

  /** Does not ask for more where nothing came out, as its parent does: the socket may be paused. */
  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.fireChannelReadComplete();
  }
}
