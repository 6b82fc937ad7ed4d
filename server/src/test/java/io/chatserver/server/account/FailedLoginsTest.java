package io.chatserver.server.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FailedLoginsTest {
  private static final FailedLogins.Rule RULE =
      new FailedLogins.Rule(5, Duration.ofSeconds(5), Duration.ofMinutes(5));

  private static final long START = Long.MAX_VALUE - 1_000_000_000L;

  private long now = START;
  private FailedLogins state = FailedLogins.none(now);

  private boolean tryWrongly() {
    state = state.at(now, RULE);
    if (state.nanosToWait(now, RULE) > 0) {
      return false;
    }
    state = state.begun(now, RULE).failed();
    return true;
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  private long secondsToWait() {
    return Duration.ofNanos(Math.max(0, state.at(now, RULE).nanosToWait(now, RULE))).toSeconds();
  }

  private void failAtOnce(int times) {
    for (int i = 0; i < times; i++) {
      assertThat(tryWrongly()).isTrue();
    }
  }

  @Test
  void admitsFiveAtOnceAndThenWaitsTwiceAsLongEachTime() {
    failAtOnce(5);
    var waits = new ArrayList<Long>();
    for (int i = 0; i < 9; i++) {
      assertThat(tryWrongly()).isFalse();
      waits.add(secondsToWait());
      pass(Duration.ofSeconds(secondsToWait()));
      assertThat(tryWrongly()).isTrue();
    }

    assertThat(waits).isEqualTo(List.of(5L, 10L, 20L, 40L, 80L, 160L, 300L, 300L, 300L));
  }

  @Test
  void forgetsOneAfterEachLongestIntervalOfQuiet() {
    failAtOnce(5);
    pass(Duration.ofSeconds(5).plus(RULE.longest().multipliedBy(2)));

    assertThat(state.at(now, RULE).count()).isEqualTo(3);
    failAtOnce(2);
    assertThat(tryWrongly()).isFalse();
    pass(RULE.memory());
    assertThat(state.at(now, RULE).isNone()).isTrue();
  }

  @Test
  void forgetsAllAfterASuccess() {
    failAtOnce(5);
    pass(Duration.ofSeconds(5));
    state = state.at(now, RULE).begun(now, RULE).succeeded(now);

    assertThat(state.isNone()).isTrue();
    failAtOnce(5);
  }

  @Test
  void countsAttemptsThatAreUnderWay() {
    for (int i = 0; i < 5; i++) {
      state = state.begun(now, RULE);
    }
    assertThat(tryWrongly()).isFalse();

    state = state.succeeded(now);
    assertThat(state.count()).isEqualTo(4);
    assertThat(tryWrongly()).isTrue();
  }

  @Test
  void anAttemptThatIsWithdrawnDoesNotCount() {
    failAtOnce(5);
    pass(Duration.ofSeconds(5));
    state = state.begun(now, RULE).withdrawn(now);

    assertThat(state.count()).isEqualTo(5);
    assertThat(tryWrongly()).isTrue();
    assertThat(secondsToWait()).isEqualTo(10);
  }

  /** Whatever the pace: 300 a day are what two doublings to five minutes leave. */
  @Test
  void noPaceGetsManyTriesInADay() {
    var random = new Random(7);
    for (int course = 0; course < 20; course++) {
      state = FailedLogins.none(now);
      long pause = Duration.ofSeconds(1 + random.nextInt(900)).toNanos();
      long end = now + Duration.ofDays(1).toNanos();
      int tries = 0;
      while (end - now > 0) {
        while (tryWrongly()) {
          tries++;
        }
        now += 1 + (long) (random.nextDouble() * 2 * pause);
      }
      assertThat(tries).isLessThan(300 + 12);
    }
  }
}
