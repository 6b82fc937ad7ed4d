package io.chatserver.bench.lab;

import java.time.Duration;

/**
 * How long things take in a lab.
 *
 * @param nodeDown the longest time before a node that was killed is started again
 * @param nodePaused for how long a node hangs: longer than its lease, which is 6 s
 * @param redisDown for how long Redis is away
 * @param linkDown for how long a node is cut off from Redis
 * @param drain the setting {@code drain.period} of the nodes
 * @param recovery the least time between the end of a fault and the next; it may be twice as long
 */
public record Tempo(
    Duration nodeDown,
    Duration nodePaused,
    Duration redisDown,
    Duration linkDown,
    Duration drain,
    Duration recovery) {
  /** For a long run. */
  public static final Tempo LONG =
      new Tempo(
          Duration.ofSeconds(8),
          Duration.ofSeconds(9),
          Duration.ofSeconds(10),
          Duration.ofSeconds(6),
          Duration.ofSeconds(5),
          Duration.ofSeconds(4));

  /** For a build. */
  public static final Tempo SHORT =
      new Tempo(
          Duration.ofSeconds(1),
          Duration.ofSeconds(7),
          Duration.ofSeconds(5),
          Duration.ofSeconds(2),
          Duration.ofSeconds(1),
          Duration.ofMillis(500));
}
