package io.chatserver.bench.cluster;

import io.chatserver.bench.process.ProcessFailed;
import io.chatserver.bench.process.RestartableProcess;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Starts again what dies, and shows how the nodes are.
 *
 * <p>Threads: one runs it, any stops it.
 */
final class Supervisor {
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final Map<String, RestartableProcess> processes;
  private final Map<String, Integer> adminPorts;
  private final StatusBoard board;
  private volatile boolean stopping;

  /**
   * Creates it.
   *
   * @param processes by name; those that others need come first
   * @param adminPorts of the nodes, by name
   */
  Supervisor(
      Map<String, RestartableProcess> processes,
      Map<String, Integer> adminPorts,
      StatusBoard board) {
    this.processes = processes;
    this.adminPorts = adminPorts;
    this.board = board;
  }

  void run() throws InterruptedException {
    try (var health = new HealthReader()) {
      while (!stopping) {
        look(health);
        Thread.sleep(INTERVAL);
      }
    }
  }

  /** Looks once. */
  void look(HealthReader health) throws InterruptedException {
    processes.forEach(this::keepUp);
    var nodes = new LinkedHashMap<String, NodeHealth>();
    for (var node : adminPorts.entrySet()) {
      nodes.put(node.getKey(), health.read(node.getValue()));
    }
    if (!stopping) {
      board.show(nodes);
    }
  }

  private void keepUp(String name, RestartableProcess process) {
    if (stopping || process.isAlive()) {
      return;
    }
    board.say(name + " has died; it is started again");
    try {
      process.restart();
    } catch (ProcessFailed e) {
      board.say(String.valueOf(e.getMessage()));
    }
  }

  /** Lets die what dies. */
  void stop() {
    stopping = true;
  }
}
