package io.chatserver.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MeterTest {
  private final Meter meter = new Meter();

  @Test
  void givesEachIntervalOnce() {
    meter.done(1_000_000);
    meter.done(3_000_000);

    var interval = meter.takeInterval();

    assertThat(interval.getTotalCount()).isEqualTo(2);
    assertThat(interval.getMaxValue()).isBetween(2_990_000L, 3_010_000L);
    assertThat(meter.takeInterval().getTotalCount()).isZero();
  }

  @Test
  void takesWhatIsOutOfRangeForTheEndOfIt() {
    meter.done(-1);
    meter.done(Long.MAX_VALUE);

    var total = Meter.newHistogram();
    total.add(meter.takeInterval());

    assertThat(total.getTotalCount()).isEqualTo(2);
    assertThat(total.getMinValue()).isZero();
    assertThat(total.getMaxValue()).isGreaterThanOrEqualTo(Meter.MAX_NANOS);
  }

  @Test
  void countsTheSendsOfAPartOfTheTime() {
    meter.sent();
    var before = meter.sends();
    meter.sent();
    meter.sent();
    meter.sentLate();
    meter.notSent();

    assertThat(meter.sends().since(before)).isEqualTo(new Meter.Sends(2, 1, 1));
  }
}
