package io.chatserver.server.transport;

import io.chatserver.protocol.Frame;
import io.chatserver.protocol.FrameWriter;
import io.chatserver.protocol.PreparedPush;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes lines to a modern client. The small ones of one turn of the event loop share a buffer, a
 * write, and a promise: a buffer for each of a thousand short answers would cost far more memory
 * and time than their bytes.
 *
 * <p>Lines leave in the order in which they came. They are flushed once the event loop has done
 * what it is at.
 *
 * <p>Threads: the channel's event loop.
 */
final class BatchedOutput {
  /** What came of a batch. */
  interface Listener {
    /** All of it was handed to the operating system. */
    void written(int responses);

    /** It was not, and no other line may follow. */
    void failed(Throwable cause);

    /** What the system took at once is written; the channel holds the rest. */
    void flushed();
  }

  /** An ordinary message; the buffer grows for more. */
  private static final int INITIAL_BYTES = 256;

  /**
   * So many bytes are written without waiting for more: the channel must know of most of the bytes
   * that are on their way.
   */
  private static final int FULL_BYTES = 4096;

  /** A longer push is not copied: it is shared with the other connections that receive it. */
  private static final int MAX_COPIED_BYTES = 1024;

  private final Channel channel;
  private final FrameWriter writer;
  private final Listener listener;
  private final Runnable flush = this::flush;
  private @Nullable Batch open;
  private boolean flushScheduled;

  BatchedOutput(Channel channel, FrameWriter writer, Listener listener) {
    this.channel = channel;
    this.writer = writer;
    this.listener = listener;
  }

  /**
   * Writes a frame; one that the client is not told is done when those before it are.
   *
   * @param responses how many requests are answered when it is written
   */
  void add(Frame frame, int responses, @Nullable Runnable onWritten) {
    var batch = open();
    if (!writer.isSilent(frame)) {
      writer.append(frame, batch.bytes());
    }
    batch.add(responses, onWritten);
    sealIfFull(batch);
  }

  /** Writes a message that other connections receive, too. */
  void add(PreparedPush push, Runnable onWritten) {
    var line = push.line(writer, channel.alloc());
    if (line.readableBytes() > MAX_COPIED_BYTES) {
      seal();
      var batch = open();
      batch.bytes = line.retainedDuplicate();
      batch.add(0, onWritten);
      seal();
      return;
    }
    var batch = open();
    batch.bytes().writeBytes(line, line.readerIndex(), line.readableBytes());
    batch.add(0, onWritten);
    sealIfFull(batch);
  }

  /** Runs something when all that was written before was handed to the operating system. */
  void afterWrites(Runnable onWritten) {
    open().add(0, onWritten);
  }

  private Batch open() {
    var batch = open;
    if (batch == null) {
      batch = new Batch();
      open = batch;
      if (!flushScheduled) {
        flushScheduled = true;
        channel.eventLoop().execute(flush);
      }
    }
    return batch;
  }

  private void sealIfFull(Batch batch) {
    if (batch.bytes != null && batch.bytes.readableBytes() >= FULL_BYTES) {
      seal();
    }
  }

  /** Gives the channel what has been written: something else may follow it there. */
  void seal() {
    var batch = open;
    if (batch == null) {
      return;
    }
    open = null;
    var bytes = batch.bytes == null ? Unpooled.EMPTY_BUFFER : batch.bytes;
    var _ = channel.write(bytes).addListener(batch);
  }

  private void flush() {
    flushScheduled = false;
    seal();
    var _ = channel.flush();
    listener.flushed();
  }

  /** Drops what the channel does not have yet. */
  void close() {
    if (open != null && open.bytes != null) {
      open.bytes.release();
    }
    open = null;
  }

  /** What shares a buffer. */
  private final class Batch implements ChannelFutureListener {
    private @Nullable ByteBuf bytes;
    private int responses;
    private @Nullable Runnable first;
    private @Nullable List<Runnable> others;

    ByteBuf bytes() {
      var buffer = bytes;
      if (buffer == null) {
        buffer = channel.alloc().ioBuffer(INITIAL_BYTES);
        bytes = buffer;
      }
      return buffer;
    }

    void add(int moreResponses, @Nullable Runnable onWritten) {
      responses += moreResponses;
      if (onWritten == null) {
        return;
      }
      if (first == null) {
        first = onWritten;
        return;
      }
      if (others == null) {
        others = new ArrayList<>();
      }
      others.add(onWritten);
    }

    @Override
    public void operationComplete(ChannelFuture written) {
      if (!written.isSuccess()) {
        listener.failed(written.cause());
        return;
      }
      if (first != null) {
        first.run();
      }
      if (others != null) {
        others.forEach(Runnable::run);
      }
      listener.written(responses);
    }
  }
}
