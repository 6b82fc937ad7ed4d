package io.chatserver.bench.check;

import io.chatserver.bench.BenchFailed;
import io.chatserver.bench.Throttling;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.Frame;
import io.chatserver.protocol.FrameDecoder.Terminator;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.RequestWriter;
import io.chatserver.protocol.ResponseReader;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection to the server on a plain socket, which is read only when it is asked.
 *
 * <p>Threads: one; a virtual one costs little while it waits.
 */
final class Line implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);
  private static final ResponseReader READER = new ResponseReader();

  /** The TCP socket; with TLS it lies below the encrypted stream. */
  private final Socket socket = new Socket();

  private final Socket stream;
  private final InputStream in;
  private final OutputStream out;
  private byte[] buffer = new byte[4096];
  private int start;
  private int scanned;
  private int end;
  private long lastRid;

  /**
   * Connects.
   *
   * @param receiveBuffer bytes that the system may take ahead of us; 0 for its own choice
   */
  Line(Door door, int receiveBuffer) throws IOException {
    try {
      if (receiveBuffer > 0) {
        socket.setReceiveBufferSize(receiveBuffer);
      }
      socket.setTcpNoDelay(true);
      var address = door.address();
      socket.connect(address, Math.toIntExact(CONNECT_TIMEOUT.toMillis()));
      var tls = door.tls();
      stream =
          tls == null
              ? socket
              : tls.over(socket, address.getHostString(), address.getPort(), CONNECT_TIMEOUT);
      in = stream.getInputStream();
      out = stream.getOutputStream();
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** Sends a request and gives the number that its reply will bear. */
  long send(Command command) throws IOException {
    write(new Frame.Request(++lastRid, command));
    return lastRid;
  }

  /** Sends a request that is not answered. */
  void sendSilently(Command command) throws IOException {
    write(new Frame.Request(null, command));
  }

  private void write(Frame.Request request) throws IOException {
    var bytes = RequestWriter.write(request, UnpooledByteBufAllocator.DEFAULT);
    try {
      bytes.readBytes(out, bytes.readableBytes());
    } finally {
      bytes.release();
    }
  }

  /**
   * The next thing that the server says; null if it says nothing for so long.
   *
   * @throws IOException if the connection is gone
   */
  @Nullable Frame next(Duration patience) throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      var line = lineAtHand();
      if (line != null) {
        return READER.read(line, Terminator.NEWLINE);
      }
      long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (!read(Math.toIntExact(Math.max(1, millis)))) {
        return null;
      }
    }
  }

  /**
   * Asks, and waits for the answer, which must be of a kind; passes over what comes before it.
   *
   * @throws BenchFailed if it is none such
   */
  <R extends Reply> R ask(Command command, Class<R> kind) throws IOException {
    long rid = send(command);
    while (true) {
      switch (next(ANSWER_TIMEOUT)) {
        case null -> throw new BenchFailed("no answer to " + command.type());
        case Frame.Response(var number, var _, var reply) when number != null && number == rid -> {
          if (kind.isInstance(reply)) {
            return kind.cast(reply);
          }
          throw new BenchFailed(command.type() + " is answered with " + Throttling.explain(reply));
        }
        case Frame.Event(Push.Closing(var reason, var _)) ->
            throw new BenchFailed("the server closes: " + Throttling.explain(reason));
        default -> {}
      }
    }
  }

  private byte @Nullable [] lineAtHand() {
    for (; scanned < end; scanned++) {
      if (buffer[scanned] == '\n') {
        var line = Arrays.copyOfRange(buffer, start, scanned);
        scanned++;
        start = scanned;
        return line;
      }
    }
    return null;
  }

  private boolean read(int millis) throws IOException {
    makeRoom();
    stream.setSoTimeout(millis);
    try {
      int count = in.read(buffer, end, buffer.length - end);
      if (count < 0) {
        throw new EOFException("the server hung up");
      }
      end += count;
      return true;
    } catch (SocketTimeoutException _) {
      return false;
    }
  }

  private void makeRoom() {
    if (start > 0) {
      System.arraycopy(buffer, start, buffer, 0, end - start);
      end -= start;
      scanned -= start;
      start = 0;
    }
    if (end == buffer.length) {
      buffer = Arrays.copyOf(buffer, 2 * end);
    }
  }

  /** Breaks off: what is on its way in either direction is lost, as when a process is killed. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
