package io.chatserver.client.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.Command;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PendingRequestsTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private long now;
  private final PendingRequests pending = new PendingRequests(TIMEOUT, () -> now);

  @Test
  void givesEachRequestBackOnce() {
    var first = request();
    var second = request();
    long firstRid = pending.add(first);
    long secondRid = pending.add(second);

    assertThat(pending.take(secondRid)).isSameAs(second);
    assertThat(pending.take(firstRid)).isSameAs(first);
    assertThat(pending.take(firstRid)).isNull();
    assertThat(pending.take(null)).isNull();
  }

  @Test
  void takesOnlyWhatHasExpired() {
    var old = request();
    pending.add(old);
    now += TIMEOUT.toNanos() / 2;
    pending.add(request());
    now += TIMEOUT.toNanos() / 2;

    assertThat(pending.takeExpired()).containsExactly(old);
    assertThat(pending.takeExpired()).isEmpty();
    assertThat(pending.untilNextExpiry()).isEqualTo(TIMEOUT.dividedBy(2));
  }

  @Test
  void takesAllWhenTheSocketIsGone() {
    var first = request();
    var second = request();
    pending.add(first);
    pending.add(second);

    assertThat(pending.takeAll()).containsExactly(first, second);
    assertThat(pending.untilNextExpiry()).isNull();
  }

  private static PendingRequest request() {
    return new PendingRequest(new Command.Ping(), new CompletableFuture<>(), () -> {});
  }
}
