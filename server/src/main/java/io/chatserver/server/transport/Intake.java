package io.chatserver.server.transport;

import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.FrameDecoder;
import io.chatserver.protocol.RequestReader;
import io.chatserver.server.memory.MemoryAccount;
import io.chatserver.server.memory.Use;
import io.netty.channel.Channel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides how much a client may ask: whether its next request is decoded, and whether its socket is
 * read. Both stop at the same moment, so that no more is kept than one read brings.
 *
 * <p>Requests are taken while few are under way, the client takes what is written to it, and no
 * pause is due. A request is under way until its answer is written: an answer that the client does
 * not take occupies memory as its request did.
 *
 * <p>Threads: the channel's event loop.
 */
final class Intake {
  /**
   * So many bytes of requests under way are enough, however few requests these are: the memory must
   * suffice for all connections.
   */
  private static final int MAX_IN_FLIGHT_BYTES = 64 * 1024;

  private final Channel channel;
  private final RequestReader reader;
  private final int maxInFlight;
  private final MemoryAccount account;
  private final ConnectionMeter meter;
  private @Nullable FrameDecoder decoder;
  private int inFlight;

  /** How much had been read when no request was under way for the last time. */
  private long bytesSettled;

  private long heapSettled;

  private boolean stopped;
  private boolean discarding;
  private boolean inputEnded;
  private boolean paused;
  private long pausedUntilNanos;
  private Future<?> pauseEnd = CompletableFuture.completedFuture(null);

  Intake(
      Channel channel,
      RequestReader reader,
      int maxInFlight,
      MemoryAccount account,
      ConnectionMeter meter) {
    this.meter = meter;
    this.channel = channel;
    this.reader = reader;
    this.maxInFlight = maxInFlight;
    this.account = account;
  }

  /**
   * Makes the decoder of this connection's requests.
   *
   * @param maxBytes the longest request at present
   */
  FrameDecoder decoder(IntSupplier maxBytes) {
    var made = new FrameDecoder(reader, maxBytes, this::isOpen);
    decoder = made;
    return made;
  }

  /** Whether one more request is taken now. */
  boolean isOpen() {
    if (inFlight == 0) {
      bytesSettled = reader.bytesRead();
      heapSettled = reader.heapTaken();
    }
    return !stopped
        && !paused
        && inFlight < maxInFlight
        && reader.bytesRead() - bytesSettled < MAX_IN_FLIGHT_BYTES
        && channel.isWritable()
        && account.mayBeRead();
  }

  /** How much of the heap the requests take that are under way, at most. */
  private long heldHeap() {
    return inFlight == 0 ? 0 : reader.heapTaken() - heapSettled;
  }

  /** Tells the account what is held. */
  void count() {
    account.holds(Use.REQUESTS, heldHeap(), 0);
    account.holds(Use.FRAMES, 0, decoder == null ? 0 : decoder.heldBytes());
  }

  /** A request is under way. */
  void begun() {
    inFlight++;
    account.grows(Use.REQUESTS, heldHeap());
    update();
  }

  /** So many requests are not under way any more. */
  void ended(int requests) {
    inFlight -= requests;
    update();
  }

  /** Whether everything that has come is answered. */
  boolean isDone() {
    return inFlight == 0 && (decoder == null || !decoder.isWaiting());
  }

  /** Whether the requests that were decoded are answered. */
  boolean isIdle() {
    return inFlight == 0;
  }

  /** Whether the client has ended its side of the connection. */
  boolean hasInputEnded() {
    return inputEnded;
  }

  /** The client has ended its side; what is kept of its requests is still taken in its turn. */
  void inputEnded() {
    inputEnded = true;
  }

  /** Takes no requests for so long; a longer pause that is under way stays. */
  void pause(long nanos) {
    long until = System.nanoTime() + nanos;
    if (paused && until - pausedUntilNanos <= 0) {
      return;
    }
    pausedUntilNanos = until;
    if (!paused) {
      paused = true;
      meter.countPaused(1);
      endPauseIn(nanos);
      update();
    }
  }

  private void endPauseIn(long nanos) {
    pauseEnd = channel.eventLoop().schedule(this::endPause, nanos, TimeUnit.NANOSECONDS);
  }

  private void endPause() {
    long left = pausedUntilNanos - System.nanoTime();
    if (left > 0) {
      endPauseIn(left);
      return;
    }
    paused = false;
    meter.countPaused(-1);
    update();
  }

  /** Takes no more requests; those that are under way are answered. */
  void stop() {
    stopped = true;
    update();
  }

  /**
   * Takes no more requests, and reads on to drop them: to close a socket with bytes unread makes
   * the system take back what the client has not read yet.
   */
  void discard() {
    stopped = true;
    discarding = true;
    if (decoder != null) {
      decoder.discard();
    }
    update();
  }

  /** Goes on, or stops, after something has changed. */
  void update() {
    if (decoder != null && decoder.isWaiting() && isOpen()) {
      decoder.resume();
    }
    // A socket whose input has ended fails when it is read on.
    boolean read = discarding || isOpen();
    if (!inputEnded && channel.config().isAutoRead() != read) {
      channel.config().setAutoRead(read);
    }
  }

  /** All that one read brought was taken, or is kept. */
  void readComplete() {
    if (decoder != null && decoder.heldBytes() > 0) {
      count();
      update();
    }
  }

  /** The connection is closed by this server. */
  void countClosed(DisconnectReason reason) {
    meter.countClosed(reason);
  }

  /** The channel is closed. */
  void close() {
    inputEnded = true;
    pauseEnd.cancel(false);
    if (paused) {
      paused = false;
      meter.countPaused(-1);
    }
  }
}
