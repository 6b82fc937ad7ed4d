package io.chatserver.client.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final Duration FIRST = Duration.ofMillis(500);
  private static final Duration LAST = Duration.ofSeconds(30);

  private final Backoff backoff = new Backoff(FIRST, LAST, new SplittableRandom(1));

  @Test
  void growsToTheLastAndStaysBelowIt() {
    for (int ceiling = 1; ceiling <= 16; ceiling *= 2) {
      assertThat(backoff.next())
          .isBetween(Duration.ofMillis(ceiling * 500L), Duration.ofSeconds(ceiling));
    }
    for (int i = 0; i < 1000; i++) {
      assertThat(backoff.next()).isBetween(Duration.ofSeconds(15), LAST);
    }
  }

  @Test
  void twoClientsDoNotWaitAlike() {
    var other = new Backoff(FIRST, LAST, new SplittableRandom(2));

    assertThat(backoff.next()).isNotEqualTo(other.next());
  }

  @Test
  void beginsAgainAfterAReset() {
    for (int i = 0; i < 10; i++) {
      backoff.next();
    }
    backoff.reset();

    assertThat(backoff.next()).isBetween(FIRST, Duration.ofSeconds(1));
  }

  @Test
  void waitsTheSameWhereFirstAndLastAreEqual() {
    var steady = new Backoff(FIRST, FIRST, new SplittableRandom(1));

    assertThat(steady.next()).isEqualTo(FIRST);
    assertThat(steady.next()).isEqualTo(FIRST);
  }
}
