package io.chatserver.bench.check;

import static io.chatserver.bench.check.Story.DIRECT;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PausesTest {
  private static final FaultLog.Fault FIRST = new FaultLog.Fault("kill", 100, 150);
  private static final FaultLog.Fault SECOND = new FaultLog.Fault("pause", 200, 250);
  private static final FaultLog.Fault THIRD = new FaultLog.Fault("kill", 300, 350);
  private static final long FINISH = 1000;

  private final AtomicLong clock = new AtomicLong();
  private final History sender = new History(clock::get);
  private final History receiver = new History(clock::get);

  private void writes(int ordinal, long written, long sent) {
    clock.set(sent);
    sender.add(EventKind.SAYS, DIRECT, 0, Saying.of(0, ordinal), sent - written);
  }

  private void isAcknowledged(int ordinal, long at) {
    clock.set(at);
    sender.add(EventKind.STORED, DIRECT, ordinal, Saying.of(0, ordinal), 0);
  }

  private void arrives(int ordinal, long at) {
    clock.set(at);
    receiver.add(EventKind.PUSHED, DIRECT, ordinal, Saying.of(0, ordinal), 0);
  }

  private PauseTable.Row row(String kind) {
    var faults = List.of(FIRST, SECOND, THIRD);
    return Pauses.find(List.of(sender, receiver), faults, FINISH).rows().stream()
        .filter(row -> row.kind().equals(kind))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aWaitBeginsWithTheWritingAndEndsWithTheFirstAcknowledgement() {
    writes(1, 110, 120);
    writes(1, 110, 140);
    isAcknowledged(1, 145);
    isAcknowledged(1, 190);

    assertThat(row("kill").times()).isEqualTo(2);
    assertThat(row("kill").acknowledging()).containsExactly(35L);
    assertThat(row("pause").acknowledging()).isEmpty();
  }

  @Test
  void theLongestWaitOfAWindowCounts() {
    writes(1, 10, 10);
    isAcknowledged(1, 55);
    writes(2, 60, 60);
    isAcknowledged(2, 80);
    writes(3, 305, 305);
    isAcknowledged(3, 309);

    assertThat(row(Pauses.BEFORE).acknowledging()).containsExactly(20L);
    assertThat(row(Pauses.BEFORE).times()).isZero();
    assertThat(row("kill").acknowledging()).containsExactly(4L);
  }

  @Test
  void aWaitCountsInEachWindowAsLongAsItLastsThere() {
    writes(1, 190, 190);
    isAcknowledged(1, 330);

    assertThat(row("kill").acknowledging()).containsExactly(10L, 30L);
    assertThat(row("pause").acknowledging()).containsExactly(100L);
  }

  @Test
  void aMessageIsAwaitedFromItsAcknowledgementToItsFirstArrival() {
    writes(1, 110, 110);
    isAcknowledged(1, 120);
    arrives(1, 150);
    arrives(1, 190);
    writes(2, 210, 210);
    arrives(2, 211);
    isAcknowledged(2, 215);

    assertThat(row("kill").delivering()).containsExactly(30L);
    assertThat(row("pause").delivering()).containsExactly(1L);
  }

  @Test
  void whatIsReadOnceMoreIsNotAwaited() {
    writes(1, 310, 310);
    isAcknowledged(1, 320);
    arrives(1, 1001);

    assertThat(row("kill").delivering()).isEmpty();
  }

  @Test
  void whoDoesNotReadDoesNotWait() {
    writes(1, 110, 110);
    clock.set(140);
    sender.add(EventKind.STALLED, null, 0, 29, 0);
    isAcknowledged(1, 145);

    assertThat(row("kill").acknowledging()).containsExactly(5L);
  }
}
