package io.chatserver.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chatserver.bench.process.ProcessFailed;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Logins, backlogs and idle users. */
class OtherScenariosTest {
  private static final Duration DRAIN = Duration.ofSeconds(2);
  private static final Duration A_MOMENT = Duration.ofMillis(300);

  /** A backlog ends before. */
  private static final Duration PLENTY = Duration.ofSeconds(20);

  static Stream<Wire> wires() {
    return Stream.of(new ModernWire(), new OriginalWire());
  }

  @ParameterizedTest
  @MethodSource("wires")
  void logsIn(Wire wire) throws InterruptedException {
    try (var server = FakeChatServer.faultless()) {
      checkGood(Runs.run(server, wire, new LoginScenario(6, 2, false, DRAIN)));
    }
  }

  @Test
  void logsInByToken() throws InterruptedException {
    try (var server = FakeChatServer.faultless()) {
      var report = Runs.run(server, new ModernWire(), new LoginScenario(6, 2, true, DRAIN));

      checkGood(report);
      assertThat(server.loginsByPassword()).isEqualTo(6);
      assertThat(report.measured().count()).isPositive();
    }
  }

  @Test
  void catchesALoginAsSomebodyElse() throws InterruptedException {
    try (var server = FakeChatServer.confusingLogins()) {
      var report = Runs.run(server, new ModernWire(), new LoginScenario(4, 2, false, DRAIN));

      assertThat(report.violations().examples())
          .anyMatch(each -> each.matches("bench-\\d: is \\d+, but was logged in as \\d+"));
    }
  }

  @ParameterizedTest
  @MethodSource("wires")
  void drainsABacklog(Wire wire) throws InterruptedException {
    try (var server = FakeChatServer.faultless()) {
      var report =
          Runs.runCold(server, wire, new BacklogScenario(new Backlog(3, 5, 40), DRAIN), PLENTY);

      checkGood(report);
      assertThat(report.measured().count()).isEqualTo(15);
    }
  }

  @Test
  void catchesWhatABacklogLacks() throws InterruptedException {
    var count = new AtomicInteger();
    try (var server =
        FakeChatServer.delivering(
            message -> count.incrementAndGet() == 7 ? List.of() : List.of(message))) {
      var report =
          Runs.runCold(
              server, new ModernWire(), new BacklogScenario(new Backlog(1, 10, 40), DRAIN), PLENTY);

      assertThat(report.tally().lost()).isEqualTo(1);
      assertThat(report.violations().examples())
          .anyMatch(each -> each.endsWith(": seq 8 came after 6"))
          .anyMatch(each -> each.endsWith(": 1 messages were not delivered"));
    }
  }

  @Test
  void readsHistory() throws InterruptedException {
    try (var server = FakeChatServer.faultless()) {
      var report =
          Runs.run(server, new ModernWire(), new HistoryScenario(new Backlog(2, 20, 40), 7, DRAIN));

      checkGood(report);
      assertThat(report.measured().count()).isPositive();
    }
  }

  @Test
  void catchesAPageWithAHole() throws InterruptedException {
    try (var server =
        FakeChatServer.delivering(message -> message.seq() == 7 ? List.of() : List.of(message))) {
      var report =
          Runs.run(server, new ModernWire(), new HistoryScenario(new Backlog(1, 10, 40), 9, DRAIN));

      assertThat(report.violations().examples())
          .anyMatch(each -> each.matches("bench-.*-2 at [12]: History.*"));
    }
  }

  @Test
  void asksIdleUsersWhetherTheyAreThere() throws InterruptedException {
    try (var server = FakeChatServer.faultless()) {
      var report = Runs.runCold(server, new ModernWire(), new IdleScenario(5, DRAIN), A_MOMENT);

      checkGood(report);
      assertThat(report.tally()).isEqualTo(Tally.NOTHING);
      assertThat(report.findings()).containsKey("server_kib_per_connection");
    }
  }

  @Test
  void saysThatALimitIsTooLow() throws InterruptedException {
    try (var server = FakeChatServer.faultless()) {
      var tooMany = new IdleScenario(Integer.MAX_VALUE / 2, DRAIN);

      assertThatThrownBy(() -> Runs.runCold(server, new ModernWire(), tooMany, A_MOMENT))
          .isInstanceOf(ProcessFailed.class)
          .hasMessageContaining("ulimit -n");
    }
  }

  private static void checkGood(Report report) {
    assertThat(report.violations().examples()).isEmpty();
    assertThat(report.isGood()).isTrue();
  }
}
