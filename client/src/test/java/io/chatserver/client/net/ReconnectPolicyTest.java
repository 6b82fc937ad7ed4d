package io.chatserver.client.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ReconnectPolicyTest {
  private static final Duration FIRST = Duration.ofMillis(500);
  private static final Duration LAST = Duration.ofSeconds(30);
  private static final Duration WISH = Duration.ofMillis(12_345);

  private long now;
  private final ReconnectPolicy policy =
      new ReconnectPolicy(
          new ConnectionSettings.Retry(Duration.ofSeconds(5), FIRST, LAST),
          new SplittableRandom(1),
          () -> now);

  @Test
  void doesAsTheServerWishesOnce() {
    policy.sessionBegan();
    policy.heard(new Push.Closing(DisconnectReason.SHUTDOWN, WISH));

    assertThat(policy.nextWait()).contains(WISH);
    assertThat(policy.nextWait().orElseThrow()).isBetween(FIRST, Duration.ofSeconds(1));
  }

  @Test
  void givesUpWhereTheServerForbidsToComeBack() {
    policy.sessionBegan();
    policy.heard(new Push.Closing(DisconnectReason.REPLACED));

    assertThat(policy.nextWait()).isEmpty();
  }

  @Test
  void aNewSessionForgetsWhatWasSaidBefore() {
    policy.heard(new Push.Closing(DisconnectReason.REPLACED, WISH));
    policy.sessionBegan();

    assertThat(policy.nextWait().orElseThrow()).isBetween(FIRST, Duration.ofSeconds(1));
  }

  @Test
  void triesAgainWhereALoginMaySucceedLater() {
    policy.refused(new Reply.Failed(ErrorCode.BUSY, "", WISH));
    assertThat(policy.nextWait()).contains(WISH);

    policy.refused(new Reply.Failed(ErrorCode.ACCOUNT_IN_USE, ""));
    assertThat(policy.nextWait()).isPresent();

    policy.refused(new Reply.Failed(ErrorCode.INVALID_CREDENTIALS, ""));
    assertThat(policy.nextWait()).isEmpty();
  }

  @Test
  void waitsLongerWhereSessionsDoNotLast() {
    for (int i = 0; i < 10; i++) {
      policy.sessionBegan();
      policy.nextWait();
    }

    assertThat(policy.nextWait().orElseThrow()).isBetween(LAST.dividedBy(2), LAST);
  }

  @Test
  void beginsAgainAfterASessionThatLasted() {
    for (int i = 0; i < 10; i++) {
      policy.nextWait();
    }
    policy.sessionBegan();
    now += LAST.toNanos() + 1;

    assertThat(policy.nextWait().orElseThrow()).isBetween(FIRST, Duration.ofSeconds(1));
  }
}
