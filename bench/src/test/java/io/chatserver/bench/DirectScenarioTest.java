package io.chatserver.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.UserId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectScenarioTest {
  private static final int FAULTY = 12;

  @ParameterizedTest
  @ValueSource(ints = {1, 16})
  void findsNothingWrongWithAFaultlessServer(int window) throws InterruptedException {
    try (var server = FakeChatServer.faultless()) {
      var report = run(server.address(), new ModernWire(), window);

      assertThat(report.violations().examples()).isEmpty();
      assertThat(report.isGood()).isTrue();
      assertThat(report.tally()).isEqualTo(Tally.NOTHING);
      assertThat(report.measured().steps()).hasSize(1);
    }
  }

  @Test
  void speaksTheOriginalsWire() throws InterruptedException {
    try (var server = FakeChatServer.faultless()) {
      var report = run(server.address(), new OriginalWire(), 1);

      assertThat(report.isGood()).isTrue();
      assertThat(report.tally().lost()).isZero();
    }
  }

  @Test
  void usesTheUsersOfAnEarlierRunAgain() throws InterruptedException {
    try (var server = FakeChatServer.faultless()) {
      run(server.address(), new ModernWire(), 1);

      assertThat(run(server.address(), new ModernWire(), 4).isGood()).isTrue();
    }
  }

  @Test
  void triesAgainWhatABusyServerRefuses() throws InterruptedException {
    try (var server = FakeChatServer.busyFor(12)) {
      assertThat(run(server.address(), new ModernWire(), 2).isGood()).isTrue();
    }
  }

  @Test
  void catchesALostMessage() throws InterruptedException {
    var count = new AtomicInteger();
    try (var server =
        FakeChatServer.delivering(
            message -> count.incrementAndGet() == FAULTY ? List.of() : List.of(message))) {
      var report = run(server.address(), new ModernWire(), 4);

      assertThat(report.tally().lost()).isEqualTo(1);
      assertThat(report.isGood()).isFalse();
      assertThat(report.violations().examples())
          .anyMatch(each -> each.matches("bench-\\d: 1 messages with bench-\\d were not delivered"))
          .anyMatch(each -> each.matches("bench-\\d: seq \\d+ with bench-\\d is missing"));
    }
  }

  @Test
  void catchesARepeatedMessage() throws InterruptedException {
    var count = new AtomicInteger();
    try (var server =
        FakeChatServer.delivering(message ->
            count.incrementAndGet() == FAULTY ? List.of(message, message) : List.of(message))) {
      assertThat(run(server.address(), new ModernWire(), 4).violations().examples())
          .anyMatch(each -> each.endsWith("was delivered twice"));
    }
  }

  @Test
  void catchesMessagesOutOfOrder() throws InterruptedException {
    var said = new ConcurrentHashMap<UserId, Integer>();
    var held = new ConcurrentHashMap<UserId, ChatMessage>();
    try (var server =
        FakeChatServer.delivering(message -> {
          // Those that each sends first are under way together, however short the run is.
          return switch (said.merge(message.sender(), 1, Integer::sum)) {
            case 2 -> {
              held.put(message.sender(), message);
              yield List.of();
            }
            case 3 -> List.of(message, held.remove(message.sender()));
            default -> List.of(message);
          };
        })) {
      assertThat(run(server.address(), new ModernWire(), 8).violations().examples())
          .anyMatch(each -> each.contains("was delivered after"));
    }
  }

  @Test
  void catchesASeqThatTheSenderWasNotTold() throws InterruptedException {
    var count = new AtomicInteger();
    try (var server =
        FakeChatServer.delivering(message ->
            List.of(count.incrementAndGet() < FAULTY ? message : withSeq(message, 1000)))) {
      assertThat(run(server.address(), new ModernWire(), 1).violations().examples())
          .anyMatch(each -> each.matches(".* has seq \\d+ for one side and \\d+ for the other"));
    }
  }

  @Test
  void reportsLossesOfTheOriginalAndGoesOn() throws InterruptedException {
    var count = new AtomicInteger();
    try (var server =
        FakeChatServer.delivering(
            message -> count.incrementAndGet() == 1 ? List.of() : List.of(message))) {
      var report = run(server.address(), new OriginalWire(), 1, 2, Duration.ofMillis(2_500));

      assertThat(report.tally().lost()).isEqualTo(1);
      assertThat(report.violations().count()).isZero();
      assertThat(report.measured().count()).isPositive();
      assertThat(report.isGood()).isFalse();
    }
  }

  @Test
  void saysWhichServerDoesNotAnswer() {
    var nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

    assertThatThrownBy(() -> run(nobody, new ModernWire(), 1))
        .isInstanceOf(BenchFailed.class)
        .hasMessageContaining("connecting to");
  }

  private static ChatMessage withSeq(ChatMessage message, long more) {
    return new ChatMessage(
        message.conversation(),
        message.seq() + more,
        message.sender(),
        message.senderName(),
        message.sentAt(),
        message.text());
  }

  @Test
  void sendsAtARate() throws InterruptedException {
    try (var server = FakeChatServer.faultless()) {
      var report = Runs.run(server, new ModernWire(), new DirectScenario(3, open(300, 20)));

      assertThat(report.violations().examples()).isEmpty();
      assertThat(report.isGood()).isTrue();
      assertThat(report.measured().sends().notMade()).isZero();
      assertThat(report.heading().parameters()).doesNotContainKey("window");
    }
  }

  @Test
  void tellsWhatARateLeavesOutForAServerThatStandsStill() throws InterruptedException {
    var count = new AtomicInteger();
    try (var server =
        FakeChatServer.delivering(
            message -> count.incrementAndGet() == 1 ? List.of(message) : List.of())) {
      var report = Runs.run(server, new ModernWire(), new DirectScenario(1, open(20_000, 1)));

      assertThat(report.measured().sends().notMade()).isPositive();
      assertThat(report.tally().lost()).isEqualTo(Talk.MAX_WINDOW);
    }
  }

  private static Talk.Settings open(double rate, int drainSeconds) {
    return new Talk.Settings(1, rate, 40, Duration.ofSeconds(drainSeconds));
  }

  private static Report run(InetSocketAddress address, Wire wire, int window) {
    return run(address, wire, window, 3, Duration.ofMillis(200));
  }

  private static Report run(
      InetSocketAddress address, Wire wire, int window, int pairs, Duration measured) {
    var settings = new Talk.Settings(window, 0, 40, Duration.ofMillis(500));
    return Runs.run(address, wire, new DirectScenario(pairs, settings), measured);
  }
}
