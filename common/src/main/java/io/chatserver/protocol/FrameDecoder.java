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
 * Cuts a byte stream into JSON objects by braces and quotes, and passes each to an {@link
 * ObjectReader}.
 *
 * <p>NUL, blanks and line ends between objects are skipped. A run of other bytes there becomes one
 * {@link Frame.Malformed}, and so does an incomplete object: one that is cut by a NUL, by a line
 * end in a string, or by a line end after which it cannot continue. C++ clients end every message
 * with NUL and modern ones with a newline, so an incomplete object does not swallow the next
 * message, and JSON that is printed over several lines is still read. An object over the limit ends
 * the decoding with a {@link TooLongFrameException}.
 *
 * <p>Before each object it asks whether another one is wanted. If not, it keeps the received bytes
 * until {@link #resume}: at most those of one read, if the socket is not read meanwhile.
 *
 * <p>Threads: the channel's event loop.
 */
public final class FrameDecoder extends ByteToMessageDecoder {
  /** The end of an object, as far as the received bytes show it. */
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

  /** The open brackets, innermost in the lowest bit: 1 for a square one. */
  private long squares;

  /** The last byte of the object that is neither blank nor inside a string. */
  private byte previous;

  /** Whether a line end follows that byte. */
  private boolean afterLineEnd;

  /** Whether a blank is before the next byte. */
  private boolean indented;

  /** Whether the object ended at a line end before the byte that was looked at last. */
  private boolean brokenByLine;

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
   * Creates a decoder with a limit that may change.
   *
   * @param isOpen whether another object may be passed on now; when this becomes true, {@link
   *     #resume} must be called
   */
  public FrameDecoder(ObjectReader reader, IntSupplier maxBytes, BooleanSupplier isOpen) {
    this.reader = reader;
    this.maxBytes = maxBytes;
    this.isOpen = isOpen;
  }

  /** Continues with the kept bytes. Does nothing if there are none, or while it is decoding. */
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

  /** Drops the kept bytes and all later ones: no object is passed on any more. */
  public void discard() {
    discarding = true;
    resume();
  }

  /** Whether bytes are kept because no object was wanted. */
  public boolean isWaiting() {
    return waiting;
  }

  /**
   * The size of the buffer with the kept bytes: an incomplete object, or bytes kept because no
   * object was wanted; 0 if there are none.
   */
  public int heldBytes() {
    return actualReadableBytes() == 0 ? 0 : internalBuffer().capacity();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  /**
   * Does not request another read when nothing was decoded, unlike its parent: this decoder may be
   * waiting.
   */
  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    discardSomeReadBytes();
    ctx.fireChannelReadComplete();
  }

  /** Keeps the bytes at the end of the input: they are still decoded after {@link #resume}. */
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    if (waiting && event instanceof ChannelInputShutdownEvent) {
      ctx.fireUserEventTriggered(event);
    } else {
      super.userEventTriggered(ctx, event);
    }
  }

  /** Drops the kept bytes: the connection is closed. */
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
    } else if (brokenByLine) {
      in.readerIndex(last);
      out.add(reader.garbage(Terminator.NEWLINE));
    } else {
      in.readerIndex(last);
      out.add(reader.garbage(terminatorIn(in)));
      in.skipBytes(1);
    }
    beginObject();
  }

  private void beginObject() {
    scanned = 0;
    depth = 0;
    inString = false;
    afterBackslash = false;
    squares = 0;
    previous = 0;
    afterLineEnd = false;
    indented = false;
    brokenByLine = false;
  }

  /**
   * Keeps the last byte until the end is seen, because a decoder must not produce an object without
   * reading bytes.
   */
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
    if (value == 0) {
      return false;
    }
    if (inString) {
      return isInsideString(value);
    }
    if (isBlank(value)) {
      indented = value != '\n' && value != '\r';
      afterLineEnd |= value == '\n';
      return true;
    }
    if (afterLineEnd && !goesOnWith(value)) {
      brokenByLine = true;
      return false;
    }
    afterLineEnd = false;
    previous = value;
    switch (value) {
      case '"' -> inString = true;
      case '{' -> {
        depth++;
        squares <<= 1;
      }
      case '[' -> squares = squares << 1 | 1;
      case ']' -> squares >>>= 1;
      case '}' -> {
        depth--;
        squares >>>= 1;
        return depth > 0;
      }
      default -> {}
    }
    return true;
  }

  private boolean isInsideString(byte value) {
    if (value == '\n') {
      return false;
    }
    if (afterBackslash) {
      afterBackslash = false;
    } else {
      afterBackslash = value == '\\';
      inString = value != '"';
    }
    return true;
  }

  /**
   * Whether a byte may be the next one of the object, by the grammar of JSON (RFC 8259). An object
   * at the beginning of a line is a new one, even where the value of a field could be.
   */
  private boolean goesOnWith(byte value) {
    if (value == '{' && !indented) {
      return false;
    }
    boolean inSquares = (squares & 1) == 1;
    return switch (previous) {
      case '{' -> value == '"' || value == '}';
      case '[' -> value == ']' || beginsValue(value);
      case ',' -> inSquares ? beginsValue(value) : value == '"';
      case ':' -> beginsValue(value);
      case '"' -> value == ':' || value == ',' || value == '}' || value == ']';
      default -> value == ',' || value == '}' || value == ']';
    };
  }

  private static boolean beginsValue(byte value) {
    return value == '"'
        || value == '{'
        || value == '['
        || value == '-'
        || (value >= '0' && value <= '9')
        || value == 't'
        || value == 'f'
        || value == 'n';
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
