package io.chatserver.server;

import io.chatserver.tls.ClientTls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * A plain socket to a server of this machine, which is read only when somebody asks. Every wait is
 * bounded.
 *
 * <p>Threads: one.
 */
final class TestSocket implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Socket socket;

  private TestSocket(Socket socket) {
    this.socket = socket;
  }

  /**
   * Connects.
   *
   * @param receiveBuffer how much the kernel may read ahead; 0 for as much as it likes
   */
  static TestSocket connect(int port, int receiveBuffer) {
    return connect(port, receiveBuffer, "127.0.0.1");
  }

  /** The same from another address of this machine. */
  static TestSocket connect(int port, int receiveBuffer, String from) {
    try {
      var socket = new Socket();
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
      if (receiveBuffer > 0) {
        socket.setReceiveBufferSize(receiveBuffer);
      }
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
      var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      socket.connect(address, Math.toIntExact(PATIENCE.toMillis()));
      return new TestSocket(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Connects with TLS, as the host "localhost"; what is written first goes before that. */
  static TestSocket connectTls(int port, ClientTls tls, byte[] first) {
    var plain = connect(port, 0);
    try {
      plain.write(first);
      return new TestSocket(tls.over(plain.socket, "localhost", port, PATIENCE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for something, and reads what is there; 0 bytes when the server has hung up. */
  int read(byte[] buffer, Object user) {
    try {
      return Math.max(0, socket.getInputStream().read(buffer));
    } catch (SocketTimeoutException e) {
      throw new AssertionError("nothing came for " + user + " within " + PATIENCE, e);
    } catch (SocketException _) {
      // Reset: the server hung up with something unread.
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether something has come that was not read yet. */
  boolean hasInput() throws IOException {
    return socket.getInputStream().available() > 0;
  }

  void write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /** Says that nothing more is written; what comes can still be read. */
  void endOutput() {
    try {
      socket.shutdownOutput();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Goes without a word, as after a crash: the server gets a reset. */
  void reset() {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
