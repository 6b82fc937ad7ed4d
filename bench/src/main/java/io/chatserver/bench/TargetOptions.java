package io.chatserver.bench;

import io.chatserver.bench.process.ProcessUsage;
import io.chatserver.tls.ServerAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say which server is put under load, and in which form it is spoken to. */
final class TargetOptions {
  /** The forms that {@code --wire} names. */
  enum WireName {
    MODERN,
    ACKNOWLEDGING,
    ORIGINAL
  }

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description = "A running server, or tls://HOST:PORT: ${DEFAULT-VALUE}")
  private String host = "127.0.0.1";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      split = ",",
      description = "A running server, or its nodes in turn: 6000")
  private List<Integer> ports = List.of();

  @Mixin private TlsOptions tls = new TlsOptions();

  @Option(
      names = "--server-pid",
      paramLabel = "PID",
      split = ",",
      description = "Process of the running server, to measure its CPU and memory")
  private List<Long> serverPids = List.of();

  @Option(
      names = "--database-pid",
      paramLabel = "PID",
      description = "Process of its database, to measure its CPU")
  private @Nullable Long databasePid;

  @Option(
      names = "--start",
      paramLabel = "sqlite|mariadb",
      description = "Start a server of this repository for the run, on this database")
  private Target.@Nullable Storage start;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      description = "With --start mariadb: a cluster of so many, joined by a Redis of its own")
  private int nodes = 1;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "With --start: a setting of that server")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(
      names = "--wire",
      paramLabel = "modern|acknowledging|original",
      description = {
        "acknowledging: with client message ids, and acknowledging what comes, as our client;",
        "original: as the C++ clients speak, to measure the C++ server; modern if not given"
      })
  private WireName wire = WireName.MODERN;

  Target open() {
    if (start != null) {
      if (nodes < 1 || (nodes > 1 && start != Target.Storage.MARIADB)) {
        throw new BenchFailed("--nodes is " + nodes + "; allowed: 1, or more with --start mariadb");
      }
      return Target.start(start, nodes, settings, tls.isTls());
    }
    var servers = servers();
    return Target.running(
        servers.stream()
            .map(server -> InetSocketAddress.createUnresolved(server.host(), server.port()))
            .toList(),
        tls.clientTls(servers.getFirst().tls()),
        serverPids.stream().map(ProcessUsage::new).toList(),
        databasePid == null ? null : new ProcessUsage(databasePid));
  }

  private List<ServerAddress> servers() {
    try {
      return ports.isEmpty()
          ? List.of(ServerAddress.of(host, null, 6000, tls.isTls()))
          : ports.stream().map(port -> ServerAddress.of(host, port, 6000, tls.isTls())).toList();
    } catch (IllegalArgumentException e) {
      throw new BenchFailed(String.valueOf(e.getMessage()));
    }
  }

  Wire wire() {
    return switch (wire) {
      case MODERN -> new ModernWire();
      case ACKNOWLEDGING -> new AcknowledgingWire();
      case ORIGINAL -> new OriginalWire();
    };
  }
}
