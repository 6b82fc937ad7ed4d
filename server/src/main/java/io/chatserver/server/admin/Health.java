package io.chatserver.server.admin;

import io.chatserver.server.cluster.Node;
import io.chatserver.server.cluster.NodeLoad;
import io.chatserver.server.cluster.SingleNode;
import java.lang.management.ManagementFactory;
import java.util.Comparator;
import java.util.List;

/**
 * How a node is, as {@code GET /health} tells it.
 *
 * @param status {@code draining}; {@code degraded} without its database or Redis; else {@code ok}
 * @param redis "up", "down", or "none" for a single node
 * @param nodes the others
 */
record Health(
    String status,
    String node,
    String boot,
    String version,
    long uptimeSeconds,
    int connections,
    int sessions,
    int sessionsBehind,
    long messagesPerSecond,
    String database,
    String redis,
    List<Other> nodes) {
  /** Another node, as it says itself. */
  record Other(
      String node,
      String boot,
      String version,
      int connections,
      int sessionsBehind,
      long messagesPerSecond,
      boolean draining) {
    private static Other of(Node node, NodeLoad load) {
      return new Other(
          node.name(),
          node.boot(),
          load.version(),
          load.connections(),
          load.lagging(),
          load.messagesPerSecond(),
          load.draining());
    }
  }

  /** Looks. Blocks while the database does not answer, for no longer than a connection takes. */
  static Health of(Observed parts, NodeLoad load) {
    var cluster = parts.cluster();
    boolean hasDatabase = parts.database().isUp();
    boolean hasRedis = !cluster.isDegraded();
    return new Health(
        load.draining() ? "draining" : hasDatabase && hasRedis ? "ok" : "degraded",
        parts.self().name(),
        parts.self().boot(),
        load.version(),
        ManagementFactory.getRuntimeMXBean().getUptime() / 1000,
        load.connections(),
        parts.registry().size(),
        load.lagging(),
        load.messagesPerSecond(),
        hasDatabase ? "up" : "down",
        cluster instanceof SingleNode ? "none" : hasRedis ? "up" : "down",
        cluster.others().entrySet().stream()
            .map(other -> Other.of(other.getKey(), other.getValue()))
            .sorted(Comparator.comparing(Other::node).thenComparing(Other::boot))
            .toList());
  }
}
