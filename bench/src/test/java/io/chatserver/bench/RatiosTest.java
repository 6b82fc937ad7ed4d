package io.chatserver.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.chatserver.bench.Ratios.Verdict;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class RatiosTest {
  private static Ratios of(List<Double> values) {
    var ratios = new Ratios();
    values.forEach(ratios::add);
    return ratios;
  }

  @Test
  void medianAndQuartilesLieBetweenTheNearestRounds() {
    var ratios = of(List.of(4.0, 1.0, 3.0, 2.0));

    assertThat(ratios.median()).isEqualTo(2.5, within(1e-9));
    assertThat(ratios.firstQuartile()).isEqualTo(1.75, within(1e-9));
    assertThat(ratios.thirdQuartile()).isEqualTo(3.25, within(1e-9));
    assertThat(ratios)
        .hasToString("median 2.500, middle half 1.750 to 3.250; rounds 4.000 1.000 3.000 2.000");
  }

  @Test
  void fewerThanSevenRoundsAreNotClear() {
    assertThat(of(Collections.nCopies(6, 1.0)).verdict()).isEqualTo(Verdict.NOT_CLEAR);
    assertThat(of(Collections.nCopies(7, 1.0)).verdict()).isEqualTo(Verdict.NO_SLOWER);
  }

  @Test
  void medianOverThreePercentIsSlowerAtOnceWhereTheMiddleHalfIsTooAndElseAfterFifteenRounds() {
    assertThat(of(Collections.nCopies(7, 1.04)).verdict()).isEqualTo(Verdict.SLOWER);
    var unclear = List.of(0.9, 0.9, 0.9, 1.04, 1.04, 1.04, 1.04);
    assertThat(of(unclear).verdict()).isEqualTo(Verdict.NOT_CLEAR);
    var more = new Ratios();
    unclear.forEach(more::add);
    Collections.nCopies(8, 1.04).forEach(more::add);
    assertThat(more.verdict()).isEqualTo(Verdict.SLOWER);
  }

  @Test
  void middleHalfMustBeBelowSixPercentToo() {
    assertThat(of(List.of(1.0, 1.0, 1.0, 1.0, 1.1, 1.1, 1.1)).verdict())
        .isEqualTo(Verdict.NOT_CLEAR);
  }
}
