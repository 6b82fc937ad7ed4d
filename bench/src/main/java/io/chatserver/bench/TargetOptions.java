package io.chatserver.bench;

import io.chatserver.bench.process.ProcessUsage;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which server is put under load, and in which form it is spoken to. */
final class TargetOptions {
  /** The forms that {@code --wire} names. */
  enum WireName {
    MODERN,
    ACKNOWLEDGING,
    ORIGINAL
  }

  @Option(names = "--host", paramLabel = "HOST", description = "A running server: ${DEFAULT-VALUE}")
  private String host = "127.0.0.1";

  @Option(names = "--port", paramLabel = "PORT", description = "A running server: ${DEFAULT-VALUE}")
  private int port = 6000;

  @Option(
      names = "--server-pid",
      paramLabel = "PID",
      description = "Process of the running server, to measure its CPU and memory")
  private @Nullable Long serverPid;

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
      return Target.start(start, settings);
    }
    var address = InetSocketAddress.createUnresolved(host, port);
    return Target.running(address, usage(serverPid), usage(databasePid));
  }

  Wire wire() {
    return switch (wire) {
      case MODERN -> new ModernWire();
      case ACKNOWLEDGING -> new AcknowledgingWire();
      case ORIGINAL -> new OriginalWire();
    };
  }

  private static @Nullable ProcessUsage usage(@Nullable Long pid) {
    return pid == null ? null : new ProcessUsage(pid);
  }
}
