package io.chatserver.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollChannelOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * Gives a C++ client one object at a time, with time between them: it takes what one read gives for
 * one message.
 *
 * <p>Threads: the channel's event loop.
 */
final class LegacyPacer {
  /** From then on the session waits and reads from the log later. */
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
    // Where the platform can, the system takes an object only when those before it have left: so
    // they do not run together here while the client is slow.
    var _ = channel.config().setOption(EpollChannelOption.TCP_NOTSENT_LOWAT, 1L);
  }

  /** How much waits for its time, in bytes. */
  long waitingBytes() {
    return waitingBytes;
  }

  boolean hasRoom() {
    return waiting.size() < ROOM;
  }

  /** Writes this when its time has come; one without bytes only waits for those before it. */
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

  /** Drops what waits. */
  void close() {
    closed = true;
    waiting.forEach(entry -> entry.bytes.release());
    waiting.clear();
    waitingBytes = 0;
  }
}
