package io.chatserver.bench.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProcessUsageTest {
  @Test
  void seesThisProcessWork() {
    var self = ProcessUsage.self();
    var before = self.cpuTime();

    await().pollInSameThread().until(() -> self.cpuTime().compareTo(before) > 0);

    assertThat(self.residentBytes()).isGreaterThan(10_000_000);
    assertThat(self.anonymousBytes()).isBetween(10_000_000L, self.residentBytes());
    assertThat(self.proportionalBytes()).isBetween(10_000_000L, self.residentBytes());
  }

  @Test
  void readsTheTimesBehindANameWithBlanksAndBraces() {
    var stat = "12 (a) b (c)) S 1 12 12 0 -1 4194560 100 0 0 0 150 25 0 0 20 0 1 0 12345 0 0";

    assertThat(ProcessUsage.cpuTimeOf(stat)).isEqualTo(Duration.ofMillis(1750));
  }

  @Test
  void saysWhichProcessIsGone() {
    var gone = new ProcessUsage(Integer.MAX_VALUE);

    assertThatThrownBy(gone::cpuTime)
        .isInstanceOf(ProcessFailed.class)
        .hasMessageContaining("2147483647");
  }

  @Test
  void saysThatTooFewFilesMayBeOpen() {
    var limits = "Limit                     Soft Limit Hard Limit Units\n";
    var line = "Max open files            1024       4096       files\n";

    assertThat(ProcessUsage.openFilesOf(limits + line)).isEqualTo(1024);
    assertThat(ProcessUsage.openFilesOf("Max open files            unlimited  unlimited  files"))
        .isEqualTo(Long.MAX_VALUE);
    assertThatThrownBy(() -> ProcessUsage.self().checkOpenFiles("this program", 1_000_000_000))
        .isInstanceOf(ProcessFailed.class)
        .hasMessageMatching("1000000000 connections .* this program may have \\d+ .*ulimit -n.*");
  }

  @Test
  void lastHeapLimitOfACommandLineCounts() {
    assertThat(ProcessUsage.heapLimitOf("java\0-Xmx512m\0-Xmx1g\0-jar")).isEqualTo(1L << 30);
    assertThat(ProcessUsage.heapLimitOf("java\0-Xmx64K\0")).isEqualTo(64L << 10);
    assertThatThrownBy(() -> ProcessUsage.heapLimitOf("sh")).isInstanceOf(ProcessFailed.class);
  }
}
