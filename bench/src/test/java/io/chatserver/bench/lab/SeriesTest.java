package io.chatserver.bench.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.bench.check.FaultLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SeriesTest {
  private static List<FaultKind> made(Duration length, long seed) throws InterruptedException {
    var made = new ArrayList<FaultKind>();
    var kinds = List.of(FaultKind.values());
    var series = new Series(made::add, kinds, Duration.ofMillis(1), new Random(seed));
    series.make(length, new FaultLog(System::nanoTime, _ -> {}));
    return made;
  }

  @Test
  void everyKindOccursHoweverShortTheTime() throws InterruptedException {
    assertThat(made(Duration.ZERO, 1)).containsExactlyInAnyOrder(FaultKind.values());
  }

  @Test
  void theOrderFollowsFromTheSeed() throws InterruptedException {
    assertThat(made(Duration.ZERO, 2)).isEqualTo(made(Duration.ZERO, 2));
    assertThat(made(Duration.ZERO, 2)).isNotEqualTo(made(Duration.ZERO, 3));
  }

  @Test
  void afterOneRoundComesTheNext() throws InterruptedException {
    int kinds = FaultKind.values().length;
    var made = made(Duration.ofMillis(100), 4);

    assertThat(made).hasSizeGreaterThan(kinds);
    assertThat(made.subList(0, kinds)).containsExactlyInAnyOrder(FaultKind.values());
  }
}
