package io.chatserver.bench;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Bounded waits whose failures say what was waited for. */
final class Waiting {
  private Waiting() {}

  static <T> T forResult(Future<T> future, Duration timeout, String what) {
    try {
      return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof BenchFailed failed) {
        throw failed;
      }
      throw new BenchFailed(what + ": " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new BenchFailed(what + ": nothing within " + timeout.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      throw interrupted(what, e);
    }
  }

  /** Waits for the end of something, good or bad, but not longer; tells whether it has ended. */
  static boolean atMost(Duration timeout, Future<?> future) {
    try {
      future.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (ExecutionException _) {
      return true;
    } catch (TimeoutException _) {
      return false;
    } catch (InterruptedException e) {
      throw interrupted("a wait", e);
    }
  }

  static void pause(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      throw interrupted("a pause", e);
    }
  }

  private static BenchFailed interrupted(String what, InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new BenchFailed(what + ": interrupted", cause);
  }
}
