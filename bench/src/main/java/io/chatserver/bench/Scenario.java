package io.chatserver.bench;

import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A load that can be put on a server, with the checks of what comes out of it. */
sealed interface Scenario
    permits DirectScenario,
        GroupScenario,
        LoginScenario,
        BacklogScenario,
        HistoryScenario,
        IdleScenario {
  String name();

  /** What is counted and timed: a delivery, a login. */
  String unit();

  /** What was asked for, as the report shows it. */
  Map<String, Object> parameters();

  /** Brings the users up. */
  Run prepare(Stage stage);

  /** What a scenario needs: users, how to bring up many of them, and where to count. */
  record Stage(Crew crew, Together together, Meter meter) {}

  /**
   * A load whose users are up.
   *
   * <p>Threads: one drives it; its users live on their event loops.
   */
  interface Run {
    /** Begins the load, which then goes by itself. */
    void start();

    /** Done when there is nothing left to do; most loads go on until they are stopped. */
    default CompletableFuture<Void> finished() {
      return new CompletableFuture<>();
    }

    /** Ends the load, waits a bounded time for what is in flight, and judges. */
    Tally stop();

    /** What was found besides, as the report shows it; asked for after the stop. */
    default Map<String, Object> findings() {
      return Map.of();
    }
  }
}
