package io.chatserver.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A network between clients and a server that can lose what is said without a word to either: both
 * connections stay open.
 *
 * <p>Threads: any; each direction of each connection has one.
 */
final class Network implements AutoCloseable {
  private final ServerSocket listener;
  private final int serverPort;
  private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
  private volatile boolean losesAnswers;
  private volatile boolean losesRequests;

  private Network(ServerSocket listener, int serverPort) {
    this.listener = listener;
    this.serverPort = serverPort;
  }

  static Network to(int serverPort) {
    try {
      var listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      var network = new Network(listener, serverPort);
      Thread.ofVirtual().name("network").start(network::accept);
      return network;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where clients connect to. */
  int port() {
    return listener.getLocalPort();
  }

  /** What the server says from now on does not arrive. */
  void loseAnswers() {
    losesAnswers = true;
  }

  /** Nothing arrives any more. */
  void loseEverything() {
    losesAnswers = true;
    losesRequests = true;
  }

  /** Everything arrives again; what was lost stays lost. */
  void loseNothing() {
    losesAnswers = false;
    losesRequests = false;
  }

  private void accept() {
    try {
      while (true) {
        var client = listener.accept();
        var server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        sockets.add(client);
        sockets.add(server);
        Thread.ofVirtual().start(() -> carry(client, server, true));
        Thread.ofVirtual().start(() -> carry(server, client, false));
      }
    } catch (IOException _) {
      // Closed.
    }
  }

  private void carry(Socket from, Socket to, boolean isRequest) {
    var buffer = new byte[8192];
    try {
      for (int n = from.getInputStream().read(buffer);
          n >= 0;
          n = from.getInputStream().read(buffer)) {
        if (!(isRequest ? losesRequests : losesAnswers)) {
          to.getOutputStream().write(buffer, 0, n);
        }
      }
    } catch (IOException _) {
      // One of them has gone; the other one does not hear of it.
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
