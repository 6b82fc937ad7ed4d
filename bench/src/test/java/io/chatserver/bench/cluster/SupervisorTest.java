package io.chatserver.bench.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.chatserver.bench.process.ServerProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisorTest {
  private static final String SERVER =
      """
      #!/bin/sh
      echo "listening on $1:$2"
      while :; do sleep 0.05; done
      """;

  @TempDir private Path directory;
  private final StringWriter out = new StringWriter();

  private Supervisor supervisor(ServerProcess process, int adminPort) {
    var board = new StatusBoard(new PrintWriter(out), false);
    return new Supervisor(Map.of("node one", process), Map.of("node one", adminPort), board);
  }

  private ServerProcess process() throws IOException {
    var launcher = Files.writeString(directory.resolve("server"), SERVER);
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
    return ServerProcess.start(launcher, Map.of());
  }

  @Test
  void whatDiesIsStartedAgainAndThatIsSaid() throws IOException, InterruptedException {
    try (var process = process();
        var health = new HealthReader()) {
      var supervisor = supervisor(process, process.port());
      supervisor.look(health);
      process.kill();
      supervisor.look(health);

      assertThat(process.isAlive()).isTrue();
      assertThat(out.toString()).contains("node one has died; it is started again");
    }
  }

  @Test
  void whatIsStoppedStaysSo() throws IOException, InterruptedException {
    try (var process = process();
        var health = new HealthReader()) {
      var supervisor = supervisor(process, process.port());
      supervisor.stop();
      process.kill();
      supervisor.look(health);

      assertThat(process.isAlive()).isFalse();
      assertThat(out.toString()).isEmpty();
    }
  }

  @Test
  void showsHowNodesAre() throws IOException, InterruptedException {
    var http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext(
        "/health",
        exchange -> {
          var body = "{\"status\":\"ok\",\"connections\":3}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    http.start();
    try (var process = process();
        var health = new HealthReader()) {
      var supervisor = supervisor(process, http.getAddress().getPort());
      supervisor.look(health);
      assertThat(out.toString()).containsPattern("node one +up +3 connections");

      http.stop(0);
      supervisor.look(health);
      assertThat(out.toString()).containsPattern("node one +down");
    }
  }
}
