package io.chatserver.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.bench.Bench;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every scenario of the load generator finds that a server keeps its promises. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BenchTest {
  private final TestServer server = TestServer.start("limits.connections=200");

  @AfterAll
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "direct --pairs 3 --window 8 --warmup 0.1 --seconds 0.3",
        "direct --pairs 3 --rate 500 --warmup 0.2 --seconds 0.3",
        "fanout --members 10 --window 4 --warmup 0.1 --seconds 0.3",
        "groups --groups 3 --members 4 --rate 300 --warmup 0.2 --seconds 0.3",
        "login --accounts 8 --at-once 4 --warmup 0.1 --seconds 0.3",
        "login --token --accounts 8 --at-once 4 --warmup 0.1 --seconds 0.3",
        "backlog --receivers 3 --messages 200",
        "history --readers 3 --messages 120 --page 50 --warmup 0.1 --seconds 0.3",
        "idle --connections 20 --seconds 0.2",
      })
  void findsNothingWrong(String scenario) {
    run(scenario);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "direct --pairs 3 --window 8 --warmup 0.1 --seconds 0.5",
        "groups --groups 3 --members 4 --warmup 0.1 --seconds 0.5",
        "login --token --accounts 8 --at-once 4 --warmup 0.1 --seconds 0.3",
        "backlog --receivers 3 --messages 200",
      })
  void findsNothingWrongWhereClientsAcknowledge(String scenario) {
    run(scenario + " --wire acknowledging");
  }

  /** As the C++ clients speak; the server spaces what it sends to them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "fanout --members 4 --warmup 0.1 --seconds 0.3",
        "login --accounts 8 --at-once 2 --warmup 0.1 --seconds 0.3",
        "backlog --receivers 2 --messages 20",
        "idle --connections 5 --seconds 0.2",
      })
  void findsNothingWrongOnTheOriginalsWire(String scenario) {
    run(scenario + " --wire original");
  }

  private void run(String scenario) {
    var out = new StringWriter();
    var err = new StringWriter();
    var place =
        Stream.of("--port=" + server.port(), "--server-pid=" + ProcessHandle.current().pid());

    int code =
        Bench.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(
                Stream.concat(Stream.of(scenario.split(" ", -1)), place).toArray(String[]::new));

    assertThat(code).as("%s%s", err, out).isZero();
    assertThat(out.toString()).endsWith("verdict: good\n");
  }
}
