package io.chatserver.bench;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Does the same for many, a few at a time, and tells how far it is. */
final class Together {
  private static final Duration STEP = Duration.ofSeconds(5);
  private static final Duration LONGEST_STANDSTILL = Duration.ofMinutes(3);

  private final PrintWriter progress;

  Together(PrintWriter progress) {
    this.progress = progress;
  }

  <T> void each(String what, List<T> all, int atOnce, Consumer<T> action) {
    progress.printf("bench: %s%n", what);
    var done = new AtomicInteger();
    try (var executor = Executors.newFixedThreadPool(atOnce)) {
      var tasks =
          all.stream()
              .<Future<?>>map(one ->
                  executor.submit(() -> {
                    action.accept(one);
                    done.incrementAndGet();
                  }))
              .toList();
      try {
        for (var task : tasks) {
          await(task, what, done, all.size());
        }
      } finally {
        executor.shutdownNow();
      }
    }
  }

  private void await(Future<?> task, String what, AtomicInteger done, int count) {
    for (var waited = Duration.ZERO; !Waiting.atMost(STEP, task); waited = waited.plus(STEP)) {
      progress.printf("bench: %s: %,d of %,d%n", what, done.get(), count);
      if (waited.compareTo(LONGEST_STANDSTILL) > 0) {
        throw new BenchFailed(what + ": one of them takes too long");
      }
    }
    Waiting.forResult(task, STEP, what);
  }
}
