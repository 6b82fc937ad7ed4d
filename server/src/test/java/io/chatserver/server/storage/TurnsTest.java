package io.chatserver.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private final Turns turns = new Turns(1);
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final List<String> order = Collections.synchronizedList(new ArrayList<>());
  private final List<Future<?>> all = new ArrayList<>();

  @AfterEach
  void end() {
    executor.shutdownNow();
  }

  /** One who takes the place, notes his name and leaves it; returns when he waits. */
  private void queue(String name, boolean goesFirst) {
    var thread = new AtomicReference<Thread>();
    all.add(
        executor.submit(() -> {
          thread.set(Thread.currentThread());
          if (!turns.take(goesFirst, LONG)) {
            throw new AssertionError(name + " had no turn");
          }
          order.add(name);
          turns.leave();
          return name;
        }));
    await()
        .until(() -> thread.get() != null && thread.get().getState() == Thread.State.TIMED_WAITING);
  }

  private void end(String... expected) throws Exception {
    turns.leave();
    for (var each : all) {
      each.get();
    }
    assertThat(order).containsExactly(expected);
  }

  @Test
  void bothKindsHaveThePlaceInTurnAndEachInItsOrder() throws Exception {
    assertThat(turns.take(false, LONG)).isTrue();
    queue("rest 1", false);
    queue("rest 2", false);
    queue("rest 3", false);
    queue("first 1", true);
    queue("first 2", true);

    end("first 1", "rest 1", "first 2", "rest 2", "rest 3");
  }

  @Test
  void theRestComesNextAfterOneWhoWentFirst() throws Exception {
    assertThat(turns.take(true, LONG)).isTrue();
    queue("first", true);
    queue("rest", false);

    end("rest", "first");
  }

  @Test
  void oneWhoHasWaitedTooLongHasNoTurnLater() throws Exception {
    assertThat(turns.take(true, LONG)).isTrue();
    assertThat(turns.take(true, Duration.ofMillis(1))).isFalse();
    assertThat(turns.take(false, Duration.ofMillis(1))).isFalse();

    turns.leave();
    assertThat(turns.take(false, Duration.ZERO)).isTrue();
    assertThat(turns.take(false, Duration.ZERO)).isFalse();
  }

  @Test
  void oneWhoIsInterruptedHasNoTurnLater() throws Exception {
    assertThat(turns.take(true, LONG)).isTrue();
    queue("interrupted", false);
    executor.shutdownNow();
    assertThat(executor.awaitTermination(30, java.util.concurrent.TimeUnit.SECONDS)).isTrue();

    turns.leave();
    assertThat(turns.take(false, Duration.ZERO)).isTrue();
    assertThat(order).isEmpty();
  }
}
