package io.chatserver.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.UserId;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  @Test
  void spreadsTheSendsEvenlyAndDoesNotDrift() {
    var schedule = new Schedule(5, 3);

    assertThat(schedule.dueAt(0)).isEqualTo(5);
    assertThat(schedule.dueAt(1)).isEqualTo(5 + 333_333_333);
    assertThat(schedule.dueAt(2)).isEqualTo(5 + 666_666_667);
    assertThat(schedule.dueAt(3_000_000)).isEqualTo(5 + 1_000_000 * SECOND);
  }

  @Test
  void whatIsOverdueIsSentAtOnceAndCountedAsLate() {
    var sends = sendsOfAnOverdueSecond(100);

    assertThat(sends.made()).isGreaterThanOrEqualTo(100);
    assertThat(sends.late()).isGreaterThanOrEqualTo(100);
    assertThat(sends.notMade()).isZero();
  }

  @Test
  void whatIsTooMuchInFlightIsNotMade() {
    var sends = sendsOfAnOverdueSecond(1000);

    assertThat(sends.made()).isEqualTo(Talk.MAX_WINDOW);
    assertThat(sends.notMade()).isGreaterThanOrEqualTo(1000 - Talk.MAX_WINDOW);
  }

  /** What a rate that should have begun a second ago does at once, to a server that is silent. */
  private static Meter.Sends sendsOfAnOverdueSecond(double rate) {
    var channel = new EmbeddedChannel();
    try {
      var meter = new Meter();
      var settings = new Talk.Settings(1, rate, 10, Duration.ZERO);
      var load = new Talk.Load(settings, new MessageText("t", 10), true, meter);
      var pair = new Pair(user(channel, "one", 1), user(channel, "other", 2), load);
      var schedule = new Schedule(System.nanoTime() - SECOND, rate);
      var openLoop = new OpenLoop(List.of(pair), schedule, meter);

      openLoop.start();
      channel.runPendingTasks();
      openLoop.stop();
      return meter.sends();
    } finally {
      channel.finishAndReleaseAll();
    }
  }

  private static VirtualUser user(EmbeddedChannel channel, String name, int id) {
    var account = new Account(new UserId(id), name, "password");
    return new VirtualUser(new ModernWire(), channel, account);
  }
}
