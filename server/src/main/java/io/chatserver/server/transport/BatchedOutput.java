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
 * Writes lines to a modern client. The small lines of one turn of the event loop share a buffer, a
 * write and a promise: a buffer for each of a thousand short replies would cost far more memory and
 * time than their bytes.
 *
 * <p>Lines are sent in the order in which they were added, and flushed at the end of the turn of
 * the event loop.
 *
 * <p>Threads: the channel's event loop.
 */
final class BatchedOutput {
  /** Receives the result of a batch. */
  interface Listener {
    /** All of it was handed to the operating system. */
    void written(int responses);

    /** Writing failed, and no other line may follow. */
    void failed(Throwable cause);

    /** The system took a part of the bytes; the channel holds the rest. */
    void flushed();
  }

  /** Enough for an ordinary message; the buffer grows for more. */
  private static final int INITIAL_BYTES = 256;

  /**
   * A batch of this size is written without waiting for more: the channel must know about most of
   * the bytes in flight.
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
   * Writes a frame. A frame that the client does not receive is done when the frames before it are.
   *
   * @param responses the number of requests that it answers
   */
  void add(Frame frame, int responses, @Nullable Runnable onWritten) {
    var batch = open();
    if (!writer.isSilent(frame)) {
      writer.append(frame, batch.bytes());
    }
    batch.add(responses, onWritten);
    sealIfFull(batch);
  }

  /** Writes a message that other connections also receive. */
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

  /** Runs an action when everything written before was handed to the operating system. */
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

  /** Passes the open batch to the channel, so that the caller can write directly after it. */
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

  /** Drops the batch that the channel does not have yet. */
  void close() {
    if (open != null && open.bytes != null) {
      open.bytes.release();
    }
    open = null;
  }

  /** The lines that share a buffer. */
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
