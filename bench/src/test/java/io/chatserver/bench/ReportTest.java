package io.chatserver.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  private final Violations violations = new Violations();
  private final Map<String, Object> parameters = new LinkedHashMap<>();

  @Test
  void showsTheFiguresInATable() {
    assertThat(table(report(1000)))
        .contains("direct: pairs 50, window 16; server started with SQLITE, wire modern")
        .containsPattern("deliveries/s +500\\n")
        .containsPattern("p99 / max +1.00 / 1.00 / 1.00 / 1.00\\n")
        .containsPattern("server CPU µs/delivery / send +20\\.0 / 10\\.0 {2}\\(0.01 cores\\)")
        .containsPattern("database CPU µs/delivery / send +-\\n")
        .containsPattern("load generator CPU µs/delivery / send +10.0")
        .containsPattern("found besides +7\\n")
        .doesNotContain("sends late")
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

    JsonReport.write(report(1000), out);

    assertThat(out.toString())
        .contains("\"window\" : 16")
        .contains("\"per_second\" : 500", "\"cpu_us_per_send\"", "\"found_besides\" : 7")
        .containsPattern("\"p99.9\" : 1\\.0\\d*")
        .contains("\"server\" : 20.0")
        .contains("\"database\" : null")
        .contains("\"server_memory_bytes\" : 67108864")
        .containsPattern("\"by_second\" : \\[ \\{\\s+\"per_second\" : 1000,\\s+\"p50_ms\" : 1\\.0")
        .contains("\"good\" : true");
  }

  @Test
  void tellsTheSendsOfAnOpenLoopThatWereLateOrNotMade() {
    parameters.put(Talk.RATE, 500.0);

    assertThat(table(report(1000))).containsPattern("sends late by over 1 ms / not made +3 / 4\\n");
  }

  @Test
  void isDrawn(@TempDir Path directory) throws IOException {
    var file = directory.resolve("report.png");

    Plot.write(report(1000), file);
    var drawn = ImageIO.read(file.toFile());
    Plot.write(report(0), file);
    var nothing = ImageIO.read(file.toFile());

    assertThat(drawn.getWidth()).isEqualTo(1000);
    assertThat(drawn.getHeight()).isEqualTo(720);
    assertThat(pixels(drawn)).isNotEqualTo(pixels(nothing));
  }

  private static int[] pixels(BufferedImage image) {
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }

  private Report report(int delivered) {
    parameters.put("pairs", 50);
    parameters.put("window", 16);
    var heading =
        new Report.Heading(
            "direct",
            "delivery",
            "started with SQLITE",
            "modern",
            parameters,
            Duration.ofSeconds(1));
    var latency = Meter.newHistogram();
    for (int i = 0; i < delivered; i++) {
      latency.recordValue(1_000_000);
    }
    var cpu = new CpuUse(Duration.ofMillis(20), null, null, Duration.ofMillis(10));
    var second = Report.Step.of(latency, Duration.ofSeconds(1));
    var sends = new Meter.Sends(2L * delivered, 3, 4);
    var measured =
        new Report.Measured(
            Duration.ofSeconds(2), latency, List.of(second, second), sends, cpu, 64L * 1024 * 1024);
    return new Report(heading, measured, Tally.NOTHING, Map.of("found_besides", 7), violations);
  }

  private static String table(Report report) {
    var table = new StringWriter();
    report.print(new PrintWriter(table, true));
    return table.toString();
  }
}
