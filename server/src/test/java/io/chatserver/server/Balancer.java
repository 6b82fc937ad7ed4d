package io.chatserver.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Leads each connection to the first server that takes it, as a load balancer does with servers
 * that are out of service.
 *
 * <p>Threads: any; each direction of each connection has one.
 */
final class Balancer implements AutoCloseable {
  private final ServerSocket listener;
  private final int[] ports;
  private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();

  private Balancer(ServerSocket listener, int... ports) {
    this.listener = listener;
    this.ports = ports;
  }

  static Balancer over(int... ports) {
    try {
      var listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      var balancer = new Balancer(listener, ports);
      Thread.ofVirtual().name("balancer").start(balancer::accept);
      return balancer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        var client = listener.accept();
        var server = connect();
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        sockets.add(client);
        sockets.add(server);
        Thread.ofVirtual().start(() -> carry(client, server));
        Thread.ofVirtual().start(() -> carry(server, client));
      }
    } catch (IOException _) {
      // Closed.
    }
  }

  private Socket connect() throws IOException {
    for (int port : ports) {
      try {
        return new Socket(InetAddress.getLoopbackAddress(), port);
      } catch (ConnectException _) {
        // The next one.
      }
    }
    throw new ConnectException("no server is left");
  }

  private static void carry(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException _) {
      // One has gone; now both have.
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (var socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
