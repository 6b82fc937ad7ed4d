package io.chatserver.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.util.ByteProcessor;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a byte stream into JSON objects by braces and quotes, whatever stands between them, and
 * hands each to an {@link ObjectReader}.
 *
 * <p>NUL, blanks and line ends between objects are skipped. A run of other bytes there gives one
 * {@link Frame.Malformed}, and so does an object that a NUL or a newline breaks off: C++ clients
 * end every message with the one and ours with the other, so that nothing which was begun wrongly
 * swallows the next message. What is longer than the limit ends the decoding with a {@link
 * TooLongFrameException}.
 *
 * <p>Before each object it asks whether one more is wanted. If not, the bytes that have come are
 * kept until {@link #resume}: at most those of one read, if the socket is not read meanwhile.
 *
 * <p>Threads: the channel's event loop.
 */
public final class FrameDecoder extends ByteToMessageDecoder {
  /** What follows an object in the bytes at hand. */
  public enum Terminator {
    NEWLINE,
    /** NUL, or the next object. */
    OTHER,
    /** Nothing yet. */
    UNKNOWN
  }

  /** Understands one object. */
  public interface ObjectReader {
    /** Reads an object that is whole by its braces; it may still not be JSON. Never throws. */
    Frame read(byte[] json, Terminator terminator);

    /** Says that bytes were met which are no object, or only a part of one. */
    Frame garbage(Terminator terminator);

    /** Says that the last object, read as {@link Terminator#UNKNOWN}, had a newline after all. */
    default void newlineFollowed() {}
  }

  private static final ByteProcessor GARBAGE = b -> b != '{' && b != 0 && b != '\n';

  private final ObjectReader reader;
  private final IntSupplier maxBytes;
  private final BooleanSupplier isOpen;
  private final ByteProcessor insideObject = this::isInsideObject;

  /** Bytes of the unfinished object that were looked at, or of garbage that was dropped. */
  private int scanned;

  private int depth;
  private boolean inString;
  private boolean afterBackslash;
  private boolean inGarbage;
  private boolean unterminated;
  private boolean discarding;

  /** Whether bytes are kept because no object was wanted. */
  private boolean waiting;

  private boolean decoding;
  private @Nullable ChannelHandlerContext context;

  /**
   * Creates a decoder for one connection.
   *
   * @param maxBytes the longest object that is taken
   */
  public FrameDecoder(ObjectReader reader, int maxBytes) {
    this(reader, () -> maxBytes, () -> true);
  }

  /**
   * The same with a limit that may change.
   *
   * @param isOpen whether one more object may be handed on now; when that becomes true, {@link
   *     #resume} must be called
   */
  public FrameDecoder(ObjectReader reader, IntSupplier maxBytes, BooleanSupplier isOpen) {
    this.reader = reader;
    this.maxBytes = maxBytes;
    this.isOpen = isOpen;
  }

  /** Goes on with the bytes that were kept. Does nothing without any, and while it decodes. */
  public void resume() {
    if (!waiting || decoding || context == null || context.isRemoved()) {
      return;
    }
    try {
      channelRead(context, Unpooled.EMPTY_BUFFER);
    } catch (Exception | OutOfMemoryError e) {
      context.fireExceptionCaught(e);
    }
    context.fireChannelReadComplete();
  }

  /** Drops the bytes that were kept, and all that follow: nothing is handed on any more. */
  public void discard() {
    discarding = true;
    resume();
  }

  /** Whether bytes are kept because no object was wanted. */
  public boolean isWaiting() {
    return waiting;
  }

  /**
   * The size of the buffer in which bytes are kept: of half an object, or because no object was
   * wanted; 0 if none are.
   */
  public int heldBytes() {
    return actualReadableBytes() == 0 ? 0 : internalBuffer().capacity();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  /** Does not ask for more where nothing came out, as its parent does: this one may be waiting. */
  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    discardSomeReadBytes();
    ctx.fireChannelReadComplete();
  }

  /** What is kept when the input ends is still decoded when its time comes. */
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    if (waiting && event instanceof ChannelInputShutdownEvent) {
      ctx.fireUserEventTriggered(event);
    } else {
      super.userEventTriggered(ctx, event);
    }
  }

  /** Nobody waits for what was not handed on before. */
  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    discarding = true;
    super.channelInactive(ctx);
  }

  @Override
  protected void callDecode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    decoding = true;
    try {
      super.callDecode(ctx, in, out);
    } finally {
      decoding = false;
    }
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    waiting = !discarding && !isOpen.getAsBoolean();
    if (waiting) {
      return;
    }
    if (discarding) {
      in.skipBytes(in.readableBytes());
      return;
    }
    if (!inGarbage && depth == 0) {
      skipBlanks(in);
    }
    if (inGarbage) {
      dropGarbage(in, out);
    } else if (in.isReadable()) {
      readObject(in, out);
    }
  }

  private void skipBlanks(ByteBuf in) {
    int start = in.forEachByte(FrameDecoder::isBlank);
    int end = start < 0 ? in.writerIndex() : start;
    if (unterminated && in.indexOf(in.readerIndex(), end, (byte) '\n') >= 0) {
      unterminated = false;
      reader.newlineFollowed();
    }
    in.readerIndex(end);
    inGarbage = start >= 0 && in.getByte(start) != '{';
  }

  private void readObject(ByteBuf in, List<Object> out) {
    int from = in.readerIndex() + scanned;
    int last = in.forEachByte(from, in.writerIndex() - from, insideObject);
    scanned = (last < 0 ? in.writerIndex() : last + 1) - in.readerIndex();
    checkLength();
    if (last < 0) {
      return;
    }
    if (depth == 0) {
      byte[] json = ByteBufUtil.getBytes(in, in.readerIndex(), scanned);
      in.skipBytes(scanned);
      var terminator = terminatorIn(in);
      unterminated = terminator == Terminator.UNKNOWN;
      out.add(reader.read(json, terminator));
    } else {
      in.readerIndex(last);
      out.add(reader.garbage(terminatorIn(in)));
      in.skipBytes(1);
    }
    scanned = 0;
    depth = 0;
    inString = false;
    afterBackslash = false;
  }

  /** Its last byte stays until its end is seen: a decoder may tell nothing without reading on. */
  private void dropGarbage(ByteBuf in, List<Object> out) {
    int end = in.forEachByte(GARBAGE);
    int length = (end < 0 ? in.writerIndex() - 1 : end) - in.readerIndex();
    in.skipBytes(length);
    scanned += length;
    checkLength();
    if (end >= 0) {
      scanned = 0;
      inGarbage = false;
      out.add(reader.garbage(terminatorIn(in)));
    }
  }

  private void checkLength() {
    if (scanned > maxBytes.getAsInt()) {
      discarding = true;
      throw new TooLongFrameException("over " + maxBytes.getAsInt() + " bytes");
    }
  }

  /** Keeps the state of the scan; false at the last byte of the object and where it breaks off. */
  private boolean isInsideObject(byte value) {
    if (value == 0 || value == '\n') {
      return false;
    }
    if (afterBackslash) {
      afterBackslash = false;
    } else if (inString) {
      afterBackslash = value == '\\';
      inString = value != '"';
    } else if (value == '"') {
      inString = true;
    } else if (value == '{') {
      depth++;
    } else if (value == '}') {
      depth--;
      return depth > 0;
    }
    return true;
  }

  private static Terminator terminatorIn(ByteBuf in) {
    int next = in.forEachByte(value -> value == ' ' || value == '\t');
    if (next < 0) {
      return Terminator.UNKNOWN;
    }
    byte value = in.getByte(next);
    return value == '\n' || value == '\r' ? Terminator.NEWLINE : Terminator.OTHER;
  }

  private static boolean isBlank(byte value) {
    return value == 0 || value == ' ' || value == '\t' || value == '\r' || value == '\n';
  }
}
