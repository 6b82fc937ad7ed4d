package io.chatserver.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chatserver.protocol.ErrorCode;
import io.chatserver.server.fault.Rejected;
import org.junit.jupiter.api.Test;

class LaneMeterTest {
  @Test
  void saysBusyWhereOthersWereStoredAndUnavailableWhereNothingWas() {
    var meter = new LaneMeter(10);
    long start = System.nanoTime();

    assertThat(meter.tooLate("store a friend", start))
        .isInstanceOf(StorageException.class)
        .hasMessageMatching("store a friend: nothing was stored for \\d+ ms");
    assertThat(meter.refused()).isZero();

    meter.stored(3);
    assertThat(meter.tooLate("store a friend", start))
        .isInstanceOfSatisfying(
            Rejected.class,
            busy -> {
              assertThat(busy.reply().code()).isEqualTo(ErrorCode.BUSY);
              assertThat(busy.reply().retryAfter()).isPositive();
            });
    assertThat(meter.refused()).isEqualTo(1);
    assertThat(meter.done()).isEqualTo(3);
    assertThat(meter.transactions()).isEqualTo(1);
  }

  @Test
  void letsSoManyWaitAndTheServersOwnBesides() {
    var meter = new LaneMeter(2);
    meter.enter(false);
    meter.enter(false);

    try (var log = new RecordedLog(LaneMeter.class)) {
      assertThatThrownBy(() -> meter.enter(false)).isInstanceOf(Rejected.class);
      assertThatThrownBy(() -> meter.enter(false)).isInstanceOf(Rejected.class);
      meter.enter(true);

      assertThat(meter.waiting()).isEqualTo(3);
      assertThat(meter.refused()).isEqualTo(2);
      assertThat(log.warnings()).containsExactly("busy: 2 writes wait for the database: refused");
    }
    meter.leave();
    meter.leave();
    meter.enter(false);
  }
}
