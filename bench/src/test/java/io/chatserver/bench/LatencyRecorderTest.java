package io.chatserver.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LatencyRecorderTest {
  private final LatencyRecorder latency = new LatencyRecorder();

  @Test
  void givesEachIntervalOnce() {
    latency.record(1_000_000);
    latency.record(3_000_000);

    var interval = latency.takeInterval();

    assertThat(interval.getTotalCount()).isEqualTo(2);
    assertThat(interval.getMaxValue()).isBetween(2_990_000L, 3_010_000L);
    assertThat(latency.takeInterval().getTotalCount()).isZero();
  }

  @Test
  void takesWhatIsOutOfRangeForTheEndOfIt() {
    latency.record(-1);
    latency.record(Long.MAX_VALUE);

    var total = LatencyRecorder.newHistogram();
    total.add(latency.takeInterval());

    assertThat(total.getTotalCount()).isEqualTo(2);
    assertThat(total.getMinValue()).isZero();
    assertThat(total.getMaxValue()).isGreaterThanOrEqualTo(LatencyRecorder.MAX_NANOS);
  }
}
