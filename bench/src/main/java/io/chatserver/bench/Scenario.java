package io.chatserver.bench;

import java.util.Map;

/**
 * A load that is put on a server, with the checks of what comes out of it.
 *
 * <p>Threads: one drives it; its users live on their event loops.
 */
sealed interface Scenario permits DirectScenario {
  String name();

  /** What was asked for, as the report shows it. */
  Map<String, Object> parameters();

  /** Brings the users up. */
  void prepare(Crew crew);

  /** Begins the load, which then runs by itself. */
  void start();

  /** Ends the load, waits a bounded time for what is in flight, and judges. */
  Tally stop();

  /** Deliveries and how long they took. */
  LatencyRecorder latency();

  Violations violations();
}
