package io.chatserver.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
  @ParameterizedTest
  @CsvSource({
    "0ms, PT0S, 0ms",
    "500ms, PT0.5S, 500ms",
    "1500ms, PT1.5S, 1500ms",
    "2000ms, PT2S, 2s",
    "90s, PT1M30S, 90s",
    "120s, PT2M, 2m",
    "90m, PT1H30M, 90m",
    "36h, PT36H, 36h",
    "1d, PT24H, 24h"
  })
  void readsAndWritesWhatAPersonWrites(String text, Duration duration, String written) {
    assertThat(Durations.parse(text)).isEqualTo(duration);
    assertThat(Durations.text(duration)).isEqualTo(written);
    assertThat(Durations.parse(written)).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "s", "1 s", "-1s", "1.5s", "1S", "1w", "1s2", "9999999999s"})
  void rejectsEverythingElse(String text) {
    assertThatThrownBy(() -> Durations.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
