package io.chatserver.server.storage;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.chatserver.server.SteppingClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DatabaseClockTest {
  private final SteppingClock own = new SteppingClock();
  private final DatabaseClock clock = new DatabaseClock(own);

  private void measure(Duration ahead, Duration took) {
    var asked = own.instant();
    own.step(took);
    clock.measured(asked.plus(took.dividedBy(2)).plus(ahead), asked, own.instant());
  }

  @Test
  void isTheOwnOneUntilItIsMeasured() {
    assertThat(clock.instant()).isEqualTo(own.instant());
  }

  @Test
  void isAsFarAheadAsTheDatabase() {
    measure(Duration.ofHours(1), Duration.ofMillis(10));

    assertThat(clock.instant()).isEqualTo(own.instant().plus(Duration.ofHours(1)));
    own.step(Duration.ofSeconds(3));
    assertThat(clock.instant()).isEqualTo(own.instant().plus(Duration.ofHours(1)));
  }

  @Test
  void doesNotBelieveAnAnswerThatTookLong() {
    measure(Duration.ofHours(1), Duration.ofMillis(600));
    assertThat(clock.offset()).isZero();

    measure(Duration.ofHours(1), Duration.ofMillis(-1));
    assertThat(clock.offset()).isZero();
  }

  @Test
  void warnsOnceOfAClockThatIsOff() {
    try (var log = new RecordedLog(DatabaseClock.class, Level.INFO)) {
      measure(Duration.ofSeconds(-1), Duration.ZERO);
      assertThat(log.lines()).isEmpty();
      measure(Duration.ofSeconds(-3), Duration.ZERO);
      measure(Duration.ofSeconds(-4), Duration.ZERO);
      assertThat(log.lines())
          .containsExactly(
              "this machine's clock is 3000 ms ahead of the database's; messages get the database's"
                  + " time");
      measure(Duration.ZERO, Duration.ZERO);
      assertThat(log.lines()).hasSize(2);
    }
  }
}
