package io.chatserver.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.ChatMessage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupScenarioTest {
  private static final int FAULTY = 20;

  /** Is only waited for where something is missing. */
  private static final Duration PLENTY = Duration.ofSeconds(20);

  /** Is waited for in vain, for what the fault keeps back. */
  private static final Duration ENOUGH = Duration.ofSeconds(2);

  @ParameterizedTest
  @CsvSource({"1, 0", "16, 0", "1, 300"})
  void findsNothingWrongWithAFaultlessServer(int window, double rate) throws InterruptedException {
    try (var server = FakeChatServer.faultless()) {
      var report =
          Runs.run(
              server, new ModernWire(), new GroupScenario(2, 4, settings(window, rate, PLENTY)));

      assertThat(report.violations().examples()).isEmpty();
      assertThat(report.tally()).isEqualTo(Tally.NOTHING);
      assertThat(report.isGood()).isTrue();
    }
  }

  @Test
  void speaksTheOriginalsWire() throws InterruptedException {
    try (var server = FakeChatServer.faultless()) {
      var report =
          Runs.run(server, new OriginalWire(), new GroupScenario(1, 4, settings(1, 0, PLENTY)));

      assertThat(report.violations().examples()).isEmpty();
      assertThat(report.isGood()).isTrue();
    }
  }

  @Test
  void catchesALostDelivery() throws InterruptedException {
    var count = new AtomicInteger();
    var report =
        run(4, message -> count.incrementAndGet() == FAULTY ? List.of() : List.of(message));

    assertThat(report.tally().lost()).isEqualTo(1);
    assertThat(report.violations().examples())
        .anyMatch(each -> each.endsWith("1 deliveries to its group were not made"))
        .anyMatch(each -> each.matches(".*: seq \\d+ came after \\d+"));
  }

  @Test
  void catchesARepeatedDelivery() throws InterruptedException {
    var count = new AtomicInteger();
    var report =
        run(
            4,
            message ->
                count.incrementAndGet() == FAULTY ? List.of(message, message) : List.of(message));

    assertThat(report.violations().examples())
        .anyMatch(each -> each.matches("bench-\\d: message (\\d+) came after \\1"));
  }

  /** With two members there is one listener, so what is held back is for the same one. */
  @Test
  void catchesDeliveriesOutOfOrder() throws InterruptedException {
    var count = new AtomicInteger();
    var held = new ArrayDeque<ChatMessage>();
    var report =
        run(
            2,
            message -> {
              if (count.incrementAndGet() == FAULTY) {
                held.add(message);
                return List.of();
              }
              return held.isEmpty() ? List.of(message) : List.of(message, held.remove());
            });

    assertThat(report.violations().examples())
        .anyMatch(each -> each.matches("bench-2: message \\d+ came after \\d+"));
  }

  private static Report run(int members, Function<ChatMessage, List<ChatMessage>> fault)
      throws InterruptedException {
    try (var server = FakeChatServer.delivering(fault)) {
      return Runs.run(
          server, new ModernWire(), new GroupScenario(1, members, settings(4, 0, ENOUGH)));
    }
  }

  private static Talk.Settings settings(int window, double rate, Duration drain) {
    return new Talk.Settings(window, rate, 40, drain);
  }
}
