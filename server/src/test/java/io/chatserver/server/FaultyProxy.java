package io.chatserver.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.chatserver.protocol.Frame;
import io.chatserver.protocol.FrameDecoder.Terminator;
import io.chatserver.protocol.ResponseReader;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntSupplier;

/**
 * Stands between clients of ours and a server, and does something wrong to one of the lines.
 *
 * <p>Threads: any; it has two of its own for each connection.
 */
final class FaultyProxy implements AutoCloseable {
  /** A line of the server, on its way to one of the clients. */
  record Said(Lines client, Set<Lines> clients, String line, Frame frame) {
    void passOn() throws IOException {
      client.write(line);
    }
  }

  /** A line of a client, on its way to the server. */
  record Asked(Lines server, Lines client, String line) {
    void passOn() throws IOException {
      server.write(line);
    }
  }

  /** Does something to a line; a good one passes it on. */
  interface Fault<L> {
    void pass(L line) throws IOException;
  }

  private static final ResponseReader READER = new ResponseReader();

  private final ServerSocket listener;
  private final IntSupplier serverPort;
  private final Fault<Said> faultOfServer;
  private final Fault<Asked> faultOfClients;
  private final Set<Lines> open = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private FaultyProxy(
      IntSupplier serverPort, Fault<Said> faultOfServer, Fault<Asked> faultOfClients)
      throws IOException {
    this.serverPort = serverPort;
    this.faultOfServer = faultOfServer;
    this.faultOfClients = faultOfClients;
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  /** Starts one for a server that may change its port. */
  static FaultyProxy start(
      IntSupplier serverPort, Fault<Said> faultOfServer, Fault<Asked> faultOfClients) {
    try {
      return new FaultyProxy(serverPort, faultOfServer, faultOfClients);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  InetSocketAddress address() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  private void accept() {
    try {
      while (true) {
        var client = new Lines(listener.accept());
        threads.execute(() -> connect(client));
      }
    } catch (IOException _) {
      // Closed.
    }
  }

  private void connect(Lines client) {
    try (client;
        var server =
            new Lines(new Socket(InetAddress.getLoopbackAddress(), serverPort.getAsInt()))) {
      open.add(client);
      var back = threads.submit(() -> passBack(server, client));
      for (var line = client.read(); line.length > 0; line = client.read()) {
        faultOfClients.pass(new Asked(server, client, new String(line, UTF_8)));
      }
      var _ = back.cancel(true);
    } catch (IOException _) {
      // One side has gone, and so does the other.
    } finally {
      open.remove(client);
    }
  }

  private void passBack(Lines server, Lines client) {
    try (server;
        client) {
      for (var line = server.read(); line.length > 0; line = server.read()) {
        var frame = READER.read(line, Terminator.NEWLINE);
        faultOfServer.pass(new Said(client, open, new String(line, UTF_8), frame));
      }
    } catch (IOException _) {
      // As above.
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (var client : open) {
        client.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.shutdownNow();
  }

  /** A connection, line by line. Threads: one reads, any write. */
  static final class Lines implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    private Lines(Socket socket) throws IOException {
      this.socket = socket;
      socket.setTcpNoDelay(true);
      in = new BufferedInputStream(socket.getInputStream());
      out = socket.getOutputStream();
    }

    /** The next line without its end; empty at the end of all. */
    private byte[] read() throws IOException {
      var line = new ByteArrayOutputStream();
      for (int next = in.read(); next >= 0; next = in.read()) {
        if (next == '\n') {
          return line.toByteArray();
        }
        line.write(next);
      }
      return new byte[0];
    }

    synchronized void write(String line) throws IOException {
      out.write((line + '\n').getBytes(UTF_8));
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
