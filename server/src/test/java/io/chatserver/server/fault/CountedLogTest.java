package io.chatserver.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class CountedLogTest {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE);
  private final List<String> lines = new ArrayList<>();
  private final CountedLog log = new CountedLog(lines::add, nanos::get);

  @Test
  void logsTheFirstEventAndCountsTheOthersOfTheSameSecond() {
    log.add(() -> "one");
    log.add(() -> "two");
    log.add(() -> "three");
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    log.add(() -> "four");
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    log.add(() -> "five");

    assertThat(lines).containsExactly("one", "four (and 2 more before it)", "five");
  }
}
