package io.chatserver.server.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MemoryAccountTest {
  private static final int KIB = 1024;
  private static final Duration TICK = Duration.ofMillis(100);

  private final MemoryBudget budget = TestBudget.of(1000 * KIB);
  private final EmbeddedChannel loop = new EmbeddedChannel();
  private final LoopAccounts accounts =
      new LoopAccounts(budget, loop.eventLoop(), Duration.ZERO, Duration.ofHours(1));
  private final List<Holder> closed = new ArrayList<>();

  /** A connection that holds what the test says. */
  private final class Holder implements MemoryHolder {
    private final MemoryAccount account = accounts.open(this);
    private long requests;
    private long answers;
    private long progress;
    private int timesRead;

    Holder holds(int requestBytes, int answerBytes) {
      requests = requestBytes;
      answers = answerBytes;
      count();
      return this;
    }

    @Override
    public void count() {
      account.holds(Use.REQUESTS, requests, 0);
      account.holds(Use.ANSWERS, 0, answers);
    }

    @Override
    public boolean isBusy() {
      return requests > 0;
    }

    @Override
    public long progress() {
      return progress;
    }

    @Override
    public void mayBeRead() {
      timesRead++;
    }

    @Override
    public void closeForMemory() {
      closed.add(this);
    }
  }

  private void tick() {
    loop.freezeTime();
    loop.advanceTimeBy(TICK.toMillis(), TimeUnit.MILLISECONDS);
    loop.runPendingTasks();
  }

  @Test
  void littleIsNotChargedAndMoreInSteps() {
    var holder = new Holder().holds(4 * KIB, 0);
    assertThat(budget.used(Use.REQUESTS)).isEqualTo(Amount.NONE);

    holder.holds(4 * KIB + 1, 12 * KIB);
    assertThat(budget.used(Use.REQUESTS)).isEqualTo(Amount.heap(8 * KIB));
    assertThat(budget.used(Use.ANSWERS)).isEqualTo(Amount.direct(12 * KIB));
    assertThat(budget.used(Use.CONNECTIONS)).isEqualTo(Amount.heap(4 * KIB));
  }

  @Test
  void whatIsNotHeldAnyMoreIsGivenBackWithinATick() {
    var holder = new Holder().holds(100 * KIB, 100 * KIB);

    holder.requests = 0;
    holder.answers = 0;
    tick();

    assertThat(budget.used(Use.REQUESTS)).isEqualTo(Amount.NONE);
    assertThat(budget.used(Use.ANSWERS)).isEqualTo(Amount.NONE);
  }

  @Test
  void aClosedConnectionIsChargedUntilItsRequestsHaveEnded() {
    var holder = new Holder().holds(KIB, 100 * KIB);
    holder.answers = 0;
    holder.account.close();
    holder.account.close();
    tick();
    assertThat(budget.used(Use.CONNECTIONS)).isEqualTo(Amount.heap(4 * KIB));

    holder.requests = 0;
    tick();
    tick();

    assertThat(budget.used(Use.CONNECTIONS)).isEqualTo(Amount.NONE);
    assertThat(budget.fraction()).isZero();
  }

  @Test
  void overTheReadMarkTheHeavyAreNotReadAndTheLightAre() {
    var heavy = new Holder().holds(650 * KIB, 0);
    var light = new Holder().holds(8 * KIB, 0);

    assertThat(heavy.account.mayBeRead()).isFalse();
    assertThat(light.account.mayBeRead()).isTrue();
    heavy.requests = 100 * KIB;
    tick();

    assertThat(heavy.timesRead).isEqualTo(1);
    assertThat(light.timesRead).isZero();
    assertThat(closed).isEmpty();
  }

  @Test
  void overTheCloseMarkTheHeaviestThatTakeNothingAreClosedUntilEnoughIsFree() {
    var heaviest = new Holder().holds(0, 400 * KIB);
    var second = new Holder().holds(0, 250 * KIB);
    var third = new Holder().holds(0, 200 * KIB);

    tick();
    tick();

    assertThat(closed).containsExactly(heaviest);
    assertThat(budget.closed()).isEqualTo(1);
    assertThat(second.timesRead + third.timesRead).isZero();
  }

  @Test
  void overTheCloseMarkThoseThatTakeSomethingStay() {
    var patient =
        new LoopAccounts(budget, loop.eventLoop(), Duration.ofHours(1), Duration.ofHours(1));
    var holder = new Holder();
    var account = patient.open(holder);
    account.holds(Use.ANSWERS, 0, 800 * KIB);

    tick();

    assertThat(budget.level()).isEqualTo(Level.CLOSING);
    assertThat(closed).isEmpty();
  }

  @Test
  void overTheLastMarkAlsoThoseThatTakeSomethingAreClosed() {
    var patient =
        new LoopAccounts(budget, loop.eventLoop(), Duration.ofHours(1), Duration.ofHours(1));
    var holder = new Holder();
    var account = patient.open(holder);
    account.holds(Use.ANSWERS, 0, 990 * KIB);

    assertThat(account.mayBeRead()).isFalse();
    assertThat(budget.takesConnections()).isFalse();
    tick();

    assertThat(closed).containsExactly(holder);
  }
}
