package io.chatserver.bench.lab;

import io.chatserver.bench.check.Check;
import io.chatserver.bench.check.CheckedServer;
import io.chatserver.bench.check.Door;
import io.chatserver.bench.check.Outcome;
import io.chatserver.bench.check.Settings;
import io.chatserver.bench.check.StartedServer;
import io.chatserver.bench.process.ServerCluster;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Random;

/**
 * A cluster that is checked while things are done to it. Half of all connections go through nginx,
 * the others to any node.
 */
public final class Lab implements CheckedServer {
  private final ServerCluster cluster;

  private Lab(ServerCluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Starts a cluster, checks it and stops it.
   *
   * @param directory for its data
   * @param progress is told how it goes
   */
  public static Outcome run(
      Path directory, List<FaultKind> kinds, Tempo tempo, Settings settings, PrintWriter progress) {
    var nodeSettings = new HashMap<>(StartedServer.CHEAP_PASSWORDS);
    nodeSettings.put("drain.period", tempo.drain().toMillis() + "ms");
    try (var cluster = ServerCluster.start(directory, ServerCluster.Ports.free(), nodeSettings);
        var lab = new Lab(cluster)) {
      var random = new Random(settings.seed());
      var faults = new Faults(cluster, tempo, random);
      var series = new Series(faults::strike, kinds, tempo.recovery(), random);
      return Check.run(lab, series, settings, progress);
    }
  }

  @Override
  public Door door() {
    return Door.plain(cluster.entry());
  }

  @Override
  public List<Door> doors() {
    var doors = new ArrayList<Door>();
    for (var node : cluster.nodes()) {
      doors.add(Door.plain(node.process().address()));
      doors.add(Door.plain(cluster.entry()));
    }
    return doors;
  }

  @Override
  public Jdbc stop() {
    cluster.checkAlive();
    cluster.stopNodes();
    var database = cluster.mariaDb();
    var url = database.jdbcUrl(ServerCluster.DATABASE);
    return new Jdbc(url, database.user(), database.password());
  }

  @Override
  public void close() {
    cluster.close();
  }
}
