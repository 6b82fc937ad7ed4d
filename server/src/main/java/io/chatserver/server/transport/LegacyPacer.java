package io.chatserver.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollChannelOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * Sends a C++ client one object at a time, with a pause between them: the client treats the bytes
 * of one read as one message.
 *
 * <p>Threads: the channel's event loop.
 */
final class LegacyPacer {
  /** At this number of waiting objects the session stops and later reads from the log. */
  private static final int ROOM = 16;

  private final Channel channel;
  private final Duration spacing;
  private final Runnable onRoom;
  private final Queue<Entry> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private boolean busy;
  private boolean closed;

  private record Entry(ByteBuf bytes, Runnable onWritten) {}

  LegacyPacer(Channel channel, Duration spacing, Runnable onRoom) {
    this.channel = channel;
    this.spacing = spacing;
    this.onRoom = onRoom;
    // If the platform supports it, the system takes an object only after it has sent those before
    // it. So objects do not run together while the client is slow.
    var _ = channel.config().setOption(EpollChannelOption.TCP_NOTSENT_LOWAT, 1L);
  }

  /** The number of waiting bytes. */
  long waitingBytes() {
    return waitingBytes;
  }

  boolean hasRoom() {
    return waiting.size() < ROOM;
  }

  /** Writes an object when its time has come; an empty one only waits for those before it. */
  void add(ByteBuf bytes, Runnable onWritten) {
    if (closed) {
      bytes.release();
    } else if (busy) {
      waitingBytes += bytes.readableBytes();
      waiting.add(new Entry(bytes, onWritten));
    } else {
      write(new Entry(bytes, onWritten));
    }
  }

  private void write(Entry entry) {
    if (!entry.bytes.isReadable()) {
      entry.bytes.release();
      entry.onWritten.run();
      return;
    }
    busy = true;
    var _ =
        channel
            .writeAndFlush(entry.bytes)
            .addListener(written -> {
              if (written.isSuccess()) {
                entry.onWritten.run();
                scheduleNext();
              }
            });
  }

  private void writeNext() {
    busy = false;
    while (!busy && !waiting.isEmpty()) {
      var next = waiting.remove();
      waitingBytes -= next.bytes.readableBytes();
      write(next);
    }
    if (hasRoom() && !closed) {
      onRoom.run();
    }
  }

  private void scheduleNext() {
    var _ = channel.eventLoop().schedule(this::writeNext, spacing.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Drops the waiting objects. */
  void close() {
    closed = true;
    waiting.forEach(entry -> entry.bytes.release());
    waiting.clear();
    waitingBytes = 0;
  }
}
