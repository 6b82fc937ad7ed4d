package io.chatserver.bench.siege;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SiegeReportTest {
  private static final Figure LIVES =
      new Figure(Figure.Subject.LIFE, "the server", "lives", "lives", true);
  private static final Figure SLOW =
      new Figure(Figure.Subject.LATENCY, "p99", "900 ms", "at most 250 ms", false);

  private final SiegeReport report =
      new SiegeReport(
          "siege: a server",
          List.of(LIVES, SLOW),
          new Attackers.Report(
              0.5, Map.of(AttackKind.PINGS, new AttackCount.Sums(1, 2048, 3, 4, 5, 6))),
          List.of("a note"));

  @Test
  void oneFigureOutOfItsBoundViolatesTheWhole() {
    assertThat(report.isGood()).isFalse();
    assertThat(report.isGood(EnumSet.of(Figure.Subject.LIFE))).isTrue();
    assertThat(report.violated()).containsExactly(Figure.Subject.LATENCY);
  }

  @Test
  void tableNamesWhatIsViolatedAndWhatTheAttackersDid() {
    var out = new StringWriter();

    report.print(new PrintWriter(out, true));

    assertThat(out.toString())
        .containsPattern("p99 +900 ms +at most 250 ms +VIOLATED")
        .containsPattern("pings +1 +2 +3 +4 +5 +6")
        .contains("a note")
        .endsWith("siege: VIOLATED\n");
  }

  @Test
  void jsonHasTheSame() throws IOException {
    var out = new StringWriter();

    report.writeJson(out);

    assertThat(out.toString()).contains("\"good\" : false", "\"pings\"", "\"refused\" : 4");
  }

  @Test
  void growthComparesTheLastThirdWithTheSecondAndThirdSixth() {
    var samples = new ArrayList<Long>();
    for (int minute = 0; minute < 30; minute++) {
      samples.add(minute < 5 ? 1L : minute < 15 ? 100L : minute < 20 ? 1000L : 110L);
    }

    assertThat(new MemoryUse(samples).growth()).isEqualTo(1.1);
    assertThat(new MemoryUse(samples).peak()).isEqualTo(1000);
    assertThat(new MemoryUse(List.of()).peak()).isZero();
  }
}
