package io.chatserver.bench.siege;

import io.chatserver.bench.process.LocalMachine;
import io.chatserver.bench.process.RestartableProcess;
import io.chatserver.bench.process.ServerCluster;
import io.chatserver.bench.process.ServerProcess;
import io.chatserver.bench.process.TestAuthority;
import java.nio.file.Path;
import java.util.ArrayList;
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
    /** Lifted, to open accounts. */
    LIFTED
  }

  /**
   * Starts the server on the data of an earlier one in the directory.
   *
   * @param plan determines the kind of server
   */
  static Besieged start(Path directory, SiegePlan plan, Limits limits) {
    return plan.cluster()
        ? cluster(directory, plan.tls(), settings(limits))
        : embedded(directory, plan.tls(), settings(limits));
  }

  private static Besieged embedded(Path directory, boolean tls, Map<String, String> more) {
    var settings = new HashMap<>(ServerProcess.embedded(directory));
    settings.putAll(more);
    var doors = new ArrayList<Door>();
    if (tls) {
      int port = LocalMachine.freeAddress().getPort();
      settings.putAll(certificate(directory).settings(port));
      doors.add(new Door(true, port));
    }
    var server = ServerProcess.start(settings);
    doors.addFirst(new Door(false, server.port()));
    return new Besieged(doors, Map.of("the server", server), server::stop, server::close);
  }

  private static Besieged cluster(Path directory, boolean tls, Map<String, String> settings) {
    var ports = ServerCluster.Ports.free(NODES);
    var doors = new ArrayList<>(List.of(new Door(false, ports.entry())));
    ServerCluster cluster;
    if (tls) {
      var more = ServerCluster.Ports.free(NODES);
      var tlsPorts = new ServerCluster.TlsPorts(certificate(directory), more.entry(), more.nodes());
      doors.add(new Door(true, more.entry()));
      cluster = ServerCluster.start(directory, ports, tlsPorts, settings);
    } else {
      cluster = ServerCluster.start(directory, ports, settings);
    }
    var nodes = new LinkedHashMap<String, RestartableProcess>();
    cluster.nodes().forEach(node -> nodes.put("node " + node, node.process()));
    return new Besieged(doors, nodes, cluster::stop, cluster::close);
  }

  private static TestAuthority.Signed certificate(Path directory) {
    return TestAuthority.create(directory.resolve("authority")).forThisMachine("server");
  }

  private static Map<String, String> settings(Limits limits) {
    return limits == Limits.SHIPPED ? Map.of(ServerProcess.EXEMPT_KEY, "") : Map.of();
  }

  /** The ports for clients. */
  List<Door> doors() {
    return doors;
  }

  /** The door without TLS. */
  Door plain() {
    return doors.getFirst();
  }

  /** The door with TLS, or the plain one if there is none. */
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

  /** Kills the processes that still run. */
  @Override
  public void close() {
    close.run();
  }
}
