package io.chatserver.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
  private final Violations violations = new Violations();

  @Test
  void showsTheFiguresInATable() {
    assertThat(table(report(1000)))
        .contains("direct: pairs 50, window 16; server started with SQLITE, wire modern")
        .containsPattern("delivered/s +500\\n")
        .containsPattern("p99 / max +1.00 / 1.00 / 1.00 / 1.00\\n")
        .containsPattern("server CPU µs/message +20.0 {2}\\(0.01 cores\\)")
        .containsPattern("database CPU µs/message +-\\n")
        .containsPattern("load generator CPU µs/message +10.0")
        .containsPattern("server memory MiB +64\\n")
        .endsWith("verdict: good\n");
  }

  @Test
  void showsViolationsAndIsBad() {
    violations.add("bench-1 to bench-2: message 7 was delivered twice");

    assertThat(table(report(1000)))
        .containsPattern("violations +1\\n +bench-1 to bench-2: message 7 was delivered twice\\n")
        .endsWith("verdict: BAD\n");
  }

  @Test
  void isBadIfNothingWasDelivered() {
    assertThat(table(report(0))).endsWith("verdict: BAD\n");
  }

  @Test
  void isWrittenAsJson() throws IOException {
    var out = new StringWriter();

    report(1000).writeJson(out);

    assertThat(out.toString())
        .contains("\"window\" : 16")
        .contains("\"delivered_per_second\" : 500")
        .containsPattern("\"p99.9\" : 1\\.0\\d*")
        .contains("\"server\" : 20.0")
        .contains("\"database\" : null")
        .contains("\"server_memory_bytes\" : 67108864")
        .contains("\"delivered_by_second\" : [ 400, 600 ]")
        .contains("\"good\" : true");
  }

  private Report report(int delivered) {
    var parameters = new LinkedHashMap<String, Object>();
    parameters.put("pairs", 50);
    parameters.put("window", 16);
    var heading =
        new Report.Heading(
            "direct", "started with SQLITE", "modern", parameters, Duration.ofSeconds(1));
    var latency = LatencyRecorder.newHistogram();
    for (int i = 0; i < delivered; i++) {
      latency.recordValue(1_000_000);
    }
    var cpu = new CpuUse(Duration.ofMillis(20), null, Duration.ofMillis(10));
    var measured =
        new Report.Measured(
            Duration.ofSeconds(2), latency, List.of(400L, 600L), cpu, 64L * 1024 * 1024);
    return new Report(heading, measured, Tally.NOTHING, violations);
  }

  private static String table(Report report) {
    var table = new StringWriter();
    report.print(new PrintWriter(table, true));
    return table.toString();
  }
}
