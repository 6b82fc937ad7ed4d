package io.chatserver.server.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.GroupId;
import io.chatserver.server.SteppingClock;
import io.chatserver.server.storage.StoredTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class HeadsTest {
  private static final ConversationId ONE = ConversationId.group(new GroupId(1));
  private static final ConversationId TWO = ConversationId.group(new GroupId(2));

  private final SteppingClock clock = new SteppingClock();
  private final AtomicLong nanoTime = new AtomicLong();
  private final Heads heads = new Heads(clock, nanoTime::get);

  private Head head(long seq) {
    return new Head(seq, seq / 2, StoredTime.of(clock.instant()) + seq, seq / 3);
  }

  @Test
  void movesToTheRowThatFollows() {
    heads.committed(Map.of(ONE, head(7)));
    heads.heard(ONE, head(8));
    heads.heard(ONE, head(3));

    assertThat(heads.get(ONE)).isEqualTo(head(8));
  }

  /** A row may be missing that nobody told of: it can have changed rights. */
  @Test
  void isNotKnownWhileARowIsMissing() {
    heads.committed(Map.of(ONE, head(7)));
    heads.heard(ONE, head(9));

    assertThat(heads.get(ONE)).isNull();

    heads.heard(ONE, head(11));
    heads.committed(Map.of(ONE, head(11)));
    assertThat(heads.get(ONE)).isEqualTo(head(11));
  }

  /** Another node's rows can be heard of before the commit of the own row returns. */
  @Test
  void rowsThatCameEarlyFollowTheOwnRow() {
    heads.committed(Map.of(ONE, head(7)));
    heads.heard(ONE, head(9));
    heads.heard(ONE, head(10));
    heads.committed(Map.of(ONE, head(8)));

    assertThat(heads.get(ONE)).isEqualTo(head(10));
  }

  @Test
  void onlyAFewRowsWait() {
    heads.committed(Map.of(ONE, head(7)));
    LongStream.rangeClosed(9, 17).forEach(seq -> heads.heard(ONE, head(seq)));
    heads.committed(Map.of(ONE, head(8)));

    assertThat(heads.get(ONE)).isEqualTo(head(8));
  }

  @Test
  void hearsOnlyOfConversationsThatAreWrittenHere() {
    heads.heard(TWO, head(4));

    assertThat(heads.get(TWO)).isNull();
  }

  /** A row behind it could be purged after a day, and its place would be free. */
  @Test
  void trustsAHeadForAnHourByTheClockThatSaysMore() {
    heads.committed(Map.of(ONE, head(7)));
    clock.step(Duration.ofMinutes(59));
    assertThat(heads.get(ONE)).isNotNull();
    clock.step(Duration.ofMinutes(2));
    assertThat(heads.get(ONE)).isNull();

    heads.committed(Map.of(ONE, head(8)));
    assertThat(heads.get(ONE)).isNotNull();
    nanoTime.addAndGet(Duration.ofMinutes(61).toNanos());
    clock.step(Duration.ofMinutes(-30));
    assertThat(heads.get(ONE)).isNull();
  }

  @Test
  void trustsARowThatCameLateForLessTime() {
    var late = head(8);
    clock.step(Duration.ofMinutes(50));
    heads.committed(Map.of(ONE, head(7)));
    heads.heard(ONE, late);
    assertThat(heads.get(ONE)).isEqualTo(late);

    clock.step(Duration.ofMinutes(11));
    assertThat(heads.get(ONE)).isNull();
  }

  @Test
  void doesNotWaitLongForARowThatIsMissing() {
    heads.committed(Map.of(ONE, head(7)));
    heads.heard(ONE, head(9));
    clock.step(Duration.ofMillis(1001));
    heads.committed(Map.of(ONE, head(8)));

    assertThat(heads.get(ONE)).isEqualTo(head(8));
  }

  @Test
  void forgets() {
    heads.committed(Map.of(ONE, head(7), TWO, head(5)));
    heads.forget(List.of(ONE));
    assertThat(heads.get(ONE)).isNull();
    assertThat(heads.get(TWO)).isEqualTo(head(5));

    heads.forgetAll();
    assertThat(heads.get(TWO)).isNull();
  }
}
