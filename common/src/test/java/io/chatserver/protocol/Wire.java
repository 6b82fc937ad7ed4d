package io.chatserver.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** Puts bytes through a decoder, and takes them from the writers, as a connection would. */
final class Wire {
  static final int MAX_FRAME = 65_536;
  static final FrameWriter WRITER = new FrameWriter(ZoneOffset.UTC);

  private Wire() {}

  static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  /** The frames that come out when the bytes arrive in these segments. */
  static List<Frame> decode(FrameDecoder.ObjectReader reader, byte[]... segments) {
    var channel = new EmbeddedChannel(new FrameDecoder(reader, MAX_FRAME));
    for (byte[] segment : segments) {
      channel.writeInbound(Unpooled.wrappedBuffer(segment));
    }
    return drain(channel);
  }

  /** What a server understands of this text. */
  static List<Frame> requests(String text) {
    return decode(new RequestReader(), utf8(text));
  }

  /** What a client of ours understands of this text. */
  static List<Frame> responses(String text) {
    return decode(new ResponseReader(), utf8(text));
  }

  /** The frames that have come out since, and nothing else may have. */
  static List<Frame> drain(EmbeddedChannel channel) {
    var frames = new ArrayList<Frame>();
    for (Frame frame = channel.readInbound(); frame != null; frame = channel.readInbound()) {
      frames.add(frame);
    }
    channel.finishAndReleaseAll();
    return frames;
  }

  static byte[] write(Frame.Request request) {
    return take(RequestWriter.write(request, UnpooledByteBufAllocator.DEFAULT));
  }

  static List<byte[]> write(Frame frame, WireForm form) {
    return WRITER.write(frame, form, UnpooledByteBufAllocator.DEFAULT).stream()
        .map(Wire::take)
        .toList();
  }

  static Frame.Response response(MessageType request, Reply reply) {
    return new Frame.Response(null, request, reply);
  }

  private static byte[] take(ByteBuf buffer) {
    byte[] bytes = ByteBufUtil.getBytes(buffer);
    buffer.release();
    return bytes;
  }
}
