package io.chatserver.bench.siege;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Future;

/**
 * A connection of a hostile client. It ends at its time in any state, so that a blocked write does
 * not delay the client.
 *
 * <p>Threads: one uses it; a timer closes it.
 */
final class HostileConnection implements AutoCloseable {
  private static final int BUFFER = 16 * 1024;

  private final Hostile owner;
  private final Socket raw;
  private final Socket socket;
  private final Future<?> expiry;
  private final byte[] buffer = new byte[BUFFER];
  private volatile boolean expired;
  private boolean ended;
  private boolean left;

  HostileConnection(Hostile owner, Socket raw, Socket socket, Duration lifetime) {
    this.owner = owner;
    this.raw = raw;
    this.socket = socket;
    expiry = owner.closeLater(this::expire, lifetime);
  }

  private void expire() {
    expired = true;
    closeRaw();
  }

  /** Sends text; false if the connection has ended. */
  boolean send(String text) throws InterruptedException {
    return send(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends bytes; false if the connection has ended. */
  boolean send(byte[] bytes) throws InterruptedException {
    owner.budget().pass();
    if (ended) {
      return false;
    }
    try {
      socket.getOutputStream().write(bytes);
      owner.count().sent(bytes.length);
      return true;
    } catch (IOException _) {
      return end();
    }
  }

  /** Reads once, with a timeout; false if the connection has ended. */
  boolean read(Duration patience) throws InterruptedException {
    owner.budget().pass();
    if (ended) {
      return false;
    }
    try {
      socket.setSoTimeout(Math.toIntExact(Math.max(1, patience.toMillis())));
      int count = socket.getInputStream().read(buffer);
      if (count < 0) {
        return end();
      }
      owner.count().received(buffer, count);
      return true;
    } catch (SocketTimeoutException _) {
      return true;
    } catch (IOException _) {
      return end();
    }
  }

  /** Reads until the connection ends, by the server or at its time. */
  void readToTheEnd() throws InterruptedException {
    while (read(Duration.ofSeconds(1)) && !owner.isOver()) {
      // Continues.
    }
  }

  /** Keeps the connection open without reading, until its end or that of the siege. */
  void hold(Duration time) throws InterruptedException {
    owner.pause(time);
  }

  /** Closes the sending half. */
  boolean endOutput() {
    try {
      raw.shutdownOutput();
      return true;
    } catch (IOException _) {
      return end();
    }
  }

  boolean isOpen() {
    return !ended && !raw.isClosed();
  }

  private boolean end() {
    if (!ended && !expired) {
      owner.count().closed();
    }
    ended = true;
    return false;
  }

  /** Resets the connection. */
  void reset() {
    try {
      raw.setSoLinger(true, 0);
    } catch (IOException _) {
      // It is closed already.
    }
    close();
  }

  private void closeRaw() {
    try {
      raw.close();
    } catch (IOException _) {
      // The socket is closed anyway.
    }
  }

  @Override
  public void close() {
    ended = true;
    expiry.cancel(false);
    closeRaw();
    if (!left) {
      left = true;
      owner.left();
    }
  }
}
