package io.chatserver.bench.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NginxIT {
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

  private Nginx started(ServerSocket node) {
    var nodes = Collections.nCopies(3, node.getLocalPort());
    return Nginx.start(directory, LocalMachine.freePort(), nodes);
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
