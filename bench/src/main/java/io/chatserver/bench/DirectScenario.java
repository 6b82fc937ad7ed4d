package io.chatserver.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Pairs of users who write to each other, with one or more messages in flight per pair. */
final class DirectScenario implements Scenario {
  static final int MAX_WINDOW = 256;

  private static final String PASSWORD = "bench-password";
  private static final Duration STALL = Duration.ofSeconds(1);
  private static final Duration JUDGE_TIMEOUT = Duration.ofSeconds(10);

  private final Settings settings;
  private final String tag;
  private final LatencyRecorder latency = new LatencyRecorder();
  private final Violations violations = new Violations();
  private final List<Pair> pairs = new ArrayList<>();
  private final List<ScheduledFuture<?>> stallChecks = new ArrayList<>();
  private boolean promised;

  /**
   * Creates a run.
   *
   * @param tag tells this run from others on the same server; without blanks
   */
  DirectScenario(Settings settings, String tag) {
    this.settings = settings;
    this.tag = tag;
  }

  @Override
  public String name() {
    return "direct";
  }

  @Override
  public Map<String, Object> parameters() {
    var parameters = new LinkedHashMap<String, Object>();
    parameters.put("pairs", settings.pairs);
    parameters.put("window", settings.window);
    parameters.put("text_characters", settings.textLength);
    return parameters;
  }

  @Override
  public void prepare(Crew crew) {
    promised = crew.wire().promisesDelivery();
    var names = new ArrayList<String>();
    for (int i = 1; i <= 2 * settings.pairs; i++) {
      // The original tells the number of an account only when it is made, so there each run
      // makes its own.
      names.add(settings.userPrefix + (promised ? "-" : "-" + tag + "-") + i);
    }
    var users = crew.muster(names, PASSWORD, 2);
    var text = new MessageText(tag, settings.textLength);
    var load = new Pair.Load(settings.window, text, promised, latency, violations);
    for (int i = 0; i < users.size(); i += 2) {
      pairs.add(new Pair(users.get(i), users.get(i + 1), load));
    }
  }

  @Override
  public void start() {
    for (var pair : pairs) {
      pair.start();
      if (!promised) {
        stallChecks.add(
            pair.first()
                .loop()
                .scheduleAtFixedRate(
                    pair::restartIfStalled,
                    STALL.toMillis(),
                    STALL.toMillis(),
                    TimeUnit.MILLISECONDS));
      }
    }
  }

  @Override
  public Tally stop() {
    stallChecks.forEach(check -> check.cancel(false));
    var quiet = pairs.stream().map(Pair::stop).toArray(CompletableFuture<?>[]::new);
    awaitQuiet(CompletableFuture.allOf(quiet));
    return pairs.stream()
        .map(pair -> Waiting.forResult(pair.judge(), JUDGE_TIMEOUT, "the verdict"))
        .reduce(Tally.NOTHING, Tally::plus);
  }

  /** What does not get quiet is judged all the same. */
  private void awaitQuiet(CompletableFuture<Void> quiet) {
    try {
      quiet.get(settings.drain.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException _) {
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchFailed("interrupted", e);
    }
  }

  @Override
  public LatencyRecorder latency() {
    return latency;
  }

  @Override
  public Violations violations() {
    return violations;
  }

  /**
   * What to run.
   *
   * @param window messages in flight per pair
   * @param textLength characters of a message
   * @param userPrefix how the users' names begin
   * @param drain how long to wait at the end for what is in flight
   */
  record Settings(int pairs, int window, int textLength, String userPrefix, Duration drain) {
    Settings {
      if (pairs < 1) {
        throw new IllegalArgumentException("pairs must be at least 1, not " + pairs);
      }
      if (window < 1 || window > MAX_WINDOW) {
        throw new IllegalArgumentException(
            "window must be from 1 to " + MAX_WINDOW + ", not " + window);
      }
    }
  }
}
