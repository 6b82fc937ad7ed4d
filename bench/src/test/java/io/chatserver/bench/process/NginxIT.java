package io.chatserver.bench.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NginxIT {
  private static final int WELCOME = 7;

  @TempDir private Path directory;

  @Test
  void keepsConnectionsWhileItReadsItsConfigurationAgain() throws IOException {
    try (var node = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        var nginx = started(node);
        var client = new Socket(InetAddress.getLoopbackAddress(), nginx.port());
        var served = node.accept()) {
      client.getOutputStream().write('\n');
      awaitLine(served);
      var before = workers(nginx);

      nginx.reload();
      await().until(() -> !before.containsAll(workers(nginx)));

      served.getOutputStream().write(7);
      assertThat(client.getInputStream().read()).isEqualTo(7);
    }
  }

  @Test
  void itsWorkersEndWithIt() throws IOException {
    try (var node = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        var nginx = started(node)) {
      var workers = ProcessHandle.of(nginx.pid()).orElseThrow().descendants().toList();
      assertThat(workers).isNotEmpty();
      // By somebody who does not know of them.
      ProcessHandle.of(nginx.pid()).orElseThrow().destroyForcibly();
      await().until(() -> !nginx.isAlive());
      nginx.restart();
      await().until(() -> workers.stream().noneMatch(ProcessHandle::isAlive));

      nginx.stop();
      assertThat(nginx.isAlive()).isFalse();
    }
  }

  /** Else it would have the fewest connections of all, and each who gives it up come back to it. */
  @Test
  void whoGivesUpANodeThatHangsStillCountsForIt() throws IOException {
    int clients = 12;
    var connected = new ArrayList<Socket>();
    try (var one = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        var hanging = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        var two = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        var nginx = started(one, hanging, two)) {
      Thread.ofVirtual().start(() -> welcomeAll(one));
      Thread.ofVirtual().start(() -> welcomeAll(two));
      int unserved = 0;
      for (int i = 0; i < clients; i++) {
        var client = new Socket(InetAddress.getLoopbackAddress(), nginx.port());
        connected.add(client);
        client.setSoTimeout(1000);
        try {
          assertThat(client.getInputStream().read()).isEqualTo(WELCOME);
        } catch (SocketTimeoutException _) {
          unserved++;
          client.close();
        }
      }

      assertThat(unserved).isBetween(1, clients / 2);
    } finally {
      for (var client : connected) {
        client.close();
      }
    }
  }

  private static void welcomeAll(ServerSocket node) {
    try {
      while (true) {
        node.accept().getOutputStream().write(WELCOME);
      }
    } catch (IOException _) {
      // Closed.
    }
  }

  private Nginx started(ServerSocket... nodes) {
    var ports =
        IntStream.range(0, 3).mapToObj(i -> nodes[i % nodes.length].getLocalPort()).toList();
    return Nginx.start(directory, LocalMachine.freePort(), ports, null);
  }

  /** With a PROXY header before it or without. */
  private static void awaitLine(Socket served) throws IOException {
    while (served.getInputStream().read() != '\n') {
      // The header.
    }
  }

  private static List<Long> workers(Nginx nginx) {
    return ProcessHandle.of(nginx.pid()).orElseThrow().children().map(ProcessHandle::pid).toList();
  }
}
