package io.chatserver.bench.siege;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CpuBudgetTest {
  private final AtomicLong cpu = new AtomicLong();
  private final AtomicLong time = new AtomicLong();
  private final CpuBudget budget = new CpuBudget(0.5, cpu::get, time::get);

  @Test
  void attackersWaitWhileMoreThanTheShareIsUsed() throws InterruptedException {
    cpu.set(60);
    time.set(100);
    budget.tick();
    var attacker = new Thread(this::pass);
    attacker.start();

    assertThat(attacker.join(Duration.ofMillis(50))).isFalse();

    time.set(120);
    budget.tick();
    assertThat(attacker.join(Duration.ofSeconds(10))).isTrue();
  }

  @Test
  void attackersDoNotWaitBelowTheShare() throws InterruptedException {
    cpu.set(50);
    time.set(100);
    budget.tick();

    budget.pass();

    assertThat(budget.used()).isEqualTo(0.5);
  }

  private void pass() {
    try {
      budget.pass();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
