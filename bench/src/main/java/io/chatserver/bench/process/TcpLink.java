package io.chatserver.bench.process;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A network link, as a proxy in this process between a client and a server on this machine: it can
 * be cut, stalled and mended.
 *
 * <p>Threads: any; virtual ones of its own carry the bytes.
 */
public final class TcpLink implements AutoCloseable {
  private static final int BUFFER = 16 * 1024;

  private enum State {
    OPEN,
    STALLED,
    CUT
  }

  private final ServerSocket listener = new ServerSocket();
  private final InetSocketAddress target;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition mended = lock.newCondition();

  @GuardedBy("lock") private final Set<Socket> sockets = new HashSet<>();

  @GuardedBy("lock") private State state = State.OPEN;

  private TcpLink(int targetPort) throws IOException {
    target = new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort);
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), LocalMachine.freePort()));
    Thread.ofVirtual().name("link-" + port()).start(this::acceptAll);
  }

  /** Makes one to a port of this machine. */
  public static TcpLink to(int targetPort) {
    try {
      return new TcpLink(targetPort);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What clients connect to instead. */
  public int port() {
    return listener.getLocalPort();
  }

  /** Whether something is connected through it. */
  public boolean isUsed() {
    lock.lock();
    try {
      return !sockets.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Breaks all connections; new ones are broken at once, until it is mended. */
  public void cut() {
    List<Socket> broken;
    lock.lock();
    try {
      state = State.CUT;
      broken = List.copyOf(sockets);
      mended.signalAll();
    } finally {
      lock.unlock();
    }
    broken.forEach(this::discard);
  }

  /** Carries nothing more, and tells nobody, until it is mended; what is under way comes then. */
  public void stall() {
    enter(State.STALLED);
  }

  /** Carries again. */
  public void mend() {
    enter(State.OPEN);
  }

  private void enter(State next) {
    lock.lock();
    try {
      state = next;
      mended.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void acceptAll() {
    while (!listener.isClosed()) {
      try {
        var client = listener.accept();
        Thread.ofVirtual().name("link-" + port() + "-client").start(() -> serve(client));
      } catch (IOException _) {
        // Closed, or out of files for a moment.
      }
    }
  }

  private void serve(Socket client) {
    var server = new Socket();
    try {
      add(client);
      add(server);
      awaitMended();
      server.connect(target);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      var back = Thread.ofVirtual().name("link-" + port() + "-back");
      var carrier = back.start(() -> carry(server, client));
      carry(client, server);
      carrier.join();
    } catch (IOException _) {
      // Cut, or the server is not there: nor is then the link.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      discard(client);
      discard(server);
    }
  }

  /** Until one side ends; then both do. */
  private void carry(Socket from, Socket to) {
    var buffer = new byte[BUFFER];
    try {
      var in = from.getInputStream();
      var out = to.getOutputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        awaitMended();
        out.write(buffer, 0, count);
      }
      to.shutdownOutput();
    } catch (IOException _) {
      discard(from);
      discard(to);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits while it is stalled; fails if it is cut. */
  private void awaitMended() throws IOException, InterruptedException {
    lock.lock();
    try {
      while (state == State.STALLED) {
        mended.await();
      }
      if (state == State.CUT) {
        throw new IOException("the link is cut");
      }
    } finally {
      lock.unlock();
    }
  }

  private void add(Socket socket) {
    lock.lock();
    try {
      sockets.add(socket);
    } finally {
      lock.unlock();
    }
  }

  /** Without a farewell: the other side finds the connection reset. */
  private void discard(Socket socket) {
    lock.lock();
    try {
      if (!sockets.remove(socket)) {
        return;
      }
    } finally {
      lock.unlock();
    }
    try (socket) {
      socket.setSoLinger(true, 0);
    } catch (IOException _) {
      // It is closed already.
    }
  }

  /** Breaks all connections, and is no more. */
  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      cut();
    }
  }
}
