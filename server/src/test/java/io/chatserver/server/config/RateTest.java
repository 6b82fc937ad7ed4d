package io.chatserver.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateTest {
  @Test
  void knowsHowLongAnEmptyBucketTakesToFill() {
    assertThat(Rate.parse("1000 then 100/s").refill()).isEqualTo(Duration.ofSeconds(10));
    assertThat(Rate.parse("20 then 10/h").refill()).isEqualTo(Duration.ofHours(2));
    assertThat(Rate.parse("0").refill()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1 then 0/s", "0 then 1/s", "1 then 1000000001/s", "1/s", "x"})
  void refusesWhatNoBucketCanDo(String text) {
    assertThatThrownBy(() -> Rate.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
