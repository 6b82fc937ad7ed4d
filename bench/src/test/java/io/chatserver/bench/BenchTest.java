package io.chatserver.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  @TempDir private Path directory;

  @Test
  void runsAScenarioAndWritesItsReport() throws IOException, InterruptedException {
    var json = directory.resolve("report.json");
    try (var server = FakeChatServer.faultless()) {
      int code =
          run(
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
    assertThat(out.toString()).endsWith("verdict: good\n");
    assertThat(Files.readString(json)).contains("\"good\" : true", "\"pairs\" : 2");
  }

  @Test
  void hasNumberedExitCodes() {
    assertThat(run("--help")).isZero();
    assertThat(run("direct", "--version")).isZero();
    assertThat(run("direct", "--window=0")).isEqualTo(2);
    assertThat(run("direct", "--no-such-option")).isEqualTo(2);
    assertThat(run("direct", "--port=1")).isEqualTo(3);
    assertThat(out.toString()).contains("bench (not from a jar)");
    assertThat(err.toString()).contains("window must be from 1 to 256", "bench: connecting to");
  }

  private int run(String... args) {
    return Bench.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }
}
