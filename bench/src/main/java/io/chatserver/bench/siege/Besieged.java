package io.chatserver.bench.siege;

import io.chatserver.bench.process.RestartableProcess;
import io.chatserver.bench.process.ServerCluster;
import io.chatserver.bench.process.ServerProcess;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The server under siege, as shipped: one with the embedded database, or two nodes behind nginx.
 *
 * <p>Threads: one at a time.
 */
final class Besieged implements AutoCloseable {
  private static final int NODES = 2;

  private final List<Door> doors;
  private final Map<String, RestartableProcess> nodes;
  private final Runnable stop;
  private final Runnable close;

  private Besieged(
      List<Door> doors, Map<String, RestartableProcess> nodes, Runnable stop, Runnable close) {
    this.doors = List.copyOf(doors);
    this.nodes = new LinkedHashMap<>(nodes);
    this.stop = stop;
    this.close = close;
  }

  /** Whether the limits by address apply to this machine. */
  enum Limits {
    /** As shipped. */
    SHIPPED,
    /** Not: to open accounts. */
    LIFTED
  }

  /**
   * Starts it on what an earlier one left in the directory.
   *
   * @param plan says which
   */
  static Besieged start(Path directory, SiegePlan plan, Limits limits) {
    return plan.cluster() ? cluster(directory, limits) : embedded(directory, limits);
  }

  private static Besieged embedded(Path directory, Limits limits) {
    var settings = new HashMap<>(ServerProcess.embedded(directory));
    settings.putAll(settings(limits));
    var server = ServerProcess.start(settings);
    return new Besieged(
        List.of(new Door(false, server.port())),
        Map.of("the server", server),
        server::stop,
        server::close);
  }

  private static Besieged cluster(Path directory, Limits limits) {
    var ports = ServerCluster.Ports.free(NODES);
    var cluster = ServerCluster.start(directory, ports, settings(limits));
    var nodes = new LinkedHashMap<String, RestartableProcess>();
    cluster.nodes().forEach(node -> nodes.put("node " + node, node.process()));
    return new Besieged(
        List.of(new Door(false, ports.entry())), nodes, cluster::stop, cluster::close);
  }

  private static Map<String, String> settings(Limits limits) {
    return limits == Limits.SHIPPED ? Map.of(ServerProcess.EXEMPT_KEY, "") : Map.of();
  }

  /** Where clients connect. */
  List<Door> doors() {
    return doors;
  }

  /** The door without TLS. */
  Door plain() {
    return doors.getFirst();
  }

  /** The door with TLS, or the plain one where there is none. */
  Door secure() {
    return doors.getLast();
  }

  /** The chat servers, by name. */
  Map<String, RestartableProcess> nodes() {
    return nodes;
  }

  /** Stops it in an orderly way. */
  void stop() {
    stop.run();
  }

  /** Kills what still runs. */
  @Override
  public void close() {
    close.run();
  }
}
