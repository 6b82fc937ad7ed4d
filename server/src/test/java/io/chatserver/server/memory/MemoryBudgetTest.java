package io.chatserver.server.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chatserver.protocol.ErrorCode;
import io.chatserver.server.fault.Rejected;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
  private static final int KIB = 1024;

  private static final long BUDGET = 9000 * KIB;

  /** Its quarter has room for 8 pages of 256 KiB, and part of a ninth. */
  private final MemoryBudget budget = TestBudget.of(BUDGET);

  private List<CompletableFuture<MemoryBudget.Room>> ask(int pages) {
    var asked = new ArrayList<CompletableFuture<MemoryBudget.Room>>();
    for (int i = 0; i < pages; i++) {
      asked.add(budget.room());
    }
    return asked;
  }

  @Test
  void pagesBeyondTheBudgetWaitInOrder() {
    var asked = ask(10);

    assertThat(asked.stream().filter(CompletableFuture::isDone)).hasSize(8);
    assertThat(budget.waitingPages()).isEqualTo(2);
    asked.getFirst().join().close();
    asked.getFirst().join().close();
    assertThat(asked.get(8)).isDone();
    assertThat(asked.get(9)).isNotDone();
  }

  @Test
  void pagesDoNotMakeMemoryShort() {
    ask(1000);

    assertThat(budget.level()).isEqualTo(Level.AMPLE);
  }

  @Test
  void pagesWaitWhereOthersHoldTheMemory() {
    budget.add(Use.REQUESTS, BUDGET * 80 / 100, 0);
    var asked = ask(2);
    assertThat(asked.getFirst()).isDone();
    assertThat(asked.getLast()).isNotDone();

    budget.add(Use.REQUESTS, -BUDGET * 10 / 100, 0);
    assertThat(asked.getLast()).isDone();
  }

  @Test
  void whatIsGivenBackIsNotHeld() {
    var asked = ask(10);
    for (var each : asked) {
      each.join().close();
    }

    assertThat(budget.used(Use.PAGES)).isEqualTo(Amount.NONE);
    assertThat(budget.fraction()).isZero();
    assertThat(budget.waitingPages()).isZero();
  }

  @Test
  void whoGivesUpLetsTheNextOneIn() {
    var asked = ask(10);

    asked.get(8).cancel(false);
    asked.getFirst().join().close();

    assertThat(asked.get(9)).isCompleted();
  }

  @Test
  void aLoginThatFindsNoRoomInTimeIsToldToTryAgain() {
    ask(8);

    assertThatThrownBy(() -> budget.await(Duration.ofMillis(1)))
        .isInstanceOfSatisfying(
            Rejected.class,
            rejected -> assertThat(rejected.reply().code()).isEqualTo(ErrorCode.BUSY));
    assertThat(budget.used(Use.PAGES).heap()).isEqualTo(8 * 256 * KIB);
  }

  @Test
  void nothingWaitsForRoomOfAServerThatStops() {
    var asked = ask(9);

    budget.close();

    assertThat(asked.get(8)).isCancelled();
    assertThat(budget.room()).isCancelled();
  }

  @Test
  void theLevelFollowsWhatIsHeld() {
    var levels = new ArrayList<Level>();
    for (int percent : new int[] {59, 61, 76, 96, 76, 59}) {
      budget.add(Use.REQUESTS, BUDGET * percent / 100, 0);
      levels.add(budget.level());
      budget.add(Use.REQUESTS, -BUDGET * percent / 100, 0);
    }

    assertThat(levels)
        .containsExactly(
            Level.AMPLE,
            Level.NOT_READING,
            Level.CLOSING,
            Level.EXHAUSTED,
            Level.CLOSING,
            Level.AMPLE);
    assertThat(budget.takesConnections()).isTrue();
  }

  @Test
  void buffersThatManyConnectionsShareCountOnce() {
    var amount = new Amount(1000 * KIB, 1000 * KIB);
    var plan = new MemoryPlan(amount, amount, Amount.heap(4 * KIB), amount);
    var shared = new MemoryBudget(plan, () -> 100 * KIB);

    shared.add(Use.ANSWERS, 0, 5000 * KIB);

    assertThat(shared.fraction()).isEqualTo(0.1);
  }
}
