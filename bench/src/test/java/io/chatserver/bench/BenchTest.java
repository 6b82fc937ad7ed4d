package io.chatserver.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchTest {
  @TempDir private Path directory;

  @Test
  void runsAScenarioAndWritesItsReport() throws IOException, InterruptedException {
    var json = directory.resolve("report.json");
    try (var server = FakeChatServer.faultless()) {
      int code =
          Bench.run(
              "direct",
              "--pairs=2",
              "--window=4",
              "--seconds=0.2",
              "--warmup=0.1",
              "--port=" + server.address().getPort(),
              "--server-pid=" + ProcessHandle.current().pid(),
              "--json=" + json);

      assertThat(code).isZero();
    }
    assertThat(Files.readString(json)).contains("\"good\" : true", "\"pairs\" : 2");
  }

  @Test
  void hasNumberedExitCodes() {
    assertThat(Bench.run("--help")).isZero();
    assertThat(Bench.run("direct", "--window=0")).isEqualTo(2);
    assertThat(Bench.run("direct", "--no-such-option")).isEqualTo(2);
    assertThat(Bench.run("direct", "--port=1")).isEqualTo(3);
  }
}
