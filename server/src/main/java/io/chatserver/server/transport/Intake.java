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
 * The back-pressure on a client's requests: decides whether the next request is decoded and whether
 * the socket is read. Both stop at the same moment, so that at most the bytes of one read wait.
 *
 * <p>Requests are taken while few are in flight, the client reads its replies, and the connection
 * is not paused. A request is in flight until its reply is written: an unread reply occupies memory
 * as its request did.
 *
 * <p>Threads: the channel's event loop.
 */
final class Intake {
  /**
   * The limit for the bytes of requests in flight, even for few requests: the memory must suffice
   * for all connections.
   */
  private static final int MAX_IN_FLIGHT_BYTES = 64 * 1024;

  private final Channel channel;
  private final RequestReader reader;
  private final int maxInFlight;
  private final MemoryAccount account;
  private final ConnectionMeter meter;
  private @Nullable FrameDecoder decoder;
  private int inFlight;

  /** The value of {@code bytesRead} when no request was in flight for the last time. */
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
   * Creates the decoder of this connection's requests.
   *
   * @param maxBytes the current limit for a request
   */
  FrameDecoder decoder(IntSupplier maxBytes) {
    var made = new FrameDecoder(reader, maxBytes, this::isOpen);
    decoder = made;
    return made;
  }

  /** Whether the server takes another request now. */
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

  /** An upper bound for the heap that the requests in flight use. */
  private long heldHeap() {
    return inFlight == 0 ? 0 : reader.heapTaken() - heapSettled;
  }

  /** Updates the account with the memory in use. */
  void count() {
    account.holds(Use.REQUESTS, heldHeap(), 0);
    account.holds(Use.FRAMES, 0, decoder == null ? 0 : decoder.heldBytes());
  }

  /** A request was taken and is in flight. */
  void begun() {
    inFlight++;
    account.grows(Use.REQUESTS, heldHeap());
    update();
  }

  /** Some requests are not in flight any more. */
  void ended(int requests) {
    inFlight -= requests;
    update();
  }

  /** Whether everything received is answered. */
  boolean isDone() {
    return inFlight == 0 && (decoder == null || !decoder.isWaiting());
  }

  /** Whether the requests that were decoded are answered. */
  boolean isIdle() {
    return inFlight == 0;
  }

  /** Whether the client has closed its sending half. */
  boolean hasInputEnded() {
    return inputEnded;
  }

  /** The client has closed its sending half; its waiting requests are still taken in order. */
  void inputEnded() {
    inputEnded = true;
  }

  /** Takes no requests for this time; a longer pause in progress stays. */
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

  /** Takes no more requests; those in flight are answered. */
  void stop() {
    stopped = true;
    update();
  }

  /**
   * Takes no more requests, but reads on and drops the bytes. If a socket is closed with unread
   * bytes, the system discards replies that the client has not read yet.
   */
  void discard() {
    stopped = true;
    discarding = true;
    if (decoder != null) {
      decoder.discard();
    }
    update();
  }

  /** Resumes or stops decoding and reading after a change. */
  void update() {
    if (decoder != null && decoder.isWaiting() && isOpen()) {
      decoder.resume();
    }
    // Reading a socket after its end of input fails.
    boolean read = discarding || isOpen();
    if (!inputEnded && channel.config().isAutoRead() != read) {
      channel.config().setAutoRead(read);
    }
  }

  /** The bytes of one read were decoded, or wait. */
  void readComplete() {
    if (decoder != null && decoder.heldBytes() > 0) {
      count();
      update();
    }
  }

  /** The server closes the connection. */
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
