package io.chatserver.bench.cluster;

import io.chatserver.bench.process.ServerCluster;
import io.chatserver.bench.process.TestAuthority;
import java.io.Console;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench cluster}, which {@code ./autobuild.sh cluster} runs. */
@Command(
    name = "cluster",
    hidden = true,
    mixinStandardHelpOptions = true,
    description =
        "Runs MariaDB, Redis, three nodes (127.0.0.1:6001 to 6003) and nginx (127.0.0.1:8000) in"
            + " the foreground, until it is interrupted.")
public final class ClusterCommand implements Callable<Integer> {
  private static final ServerCluster.Ports PORTS =
      new ServerCluster.Ports(8000, List.of(6001, 6002, 6003), List.of(7001, 7002, 7003));

  private static final int TLS_ENTRY = 8443;
  private static final List<Integer> TLS_NODES = List.of(6011, 6012, 6013);

  /** Who stops all of it does not want to wait. */
  private static final Map<String, String> SETTINGS = Map.of("drain.period", "2s");

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where the data is kept: ${DEFAULT-VALUE}")
  private Path data = Path.of("data", "cluster");

  @Option(
      names = "--tls",
      description = "TLS besides, by a test authority: nginx on 8443, the nodes on 6011 to 6013")
  private boolean tls;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws InterruptedException {
    PORTS.check();
    var out = spec.commandLine().getOut();
    say(out, "starting MariaDB, Redis, three nodes and nginx; data in " + data);
    var authority = tls ? TestAuthority.create(data.resolve("tls")) : null;
    var cluster = start(authority);
    var adminPorts = new LinkedHashMap<String, Integer>();
    cluster.nodes().forEach(node -> adminPorts.put("node " + node, node.adminPort()));
    var board = new StatusBoard(out, isTerminal(System.console()));
    var supervisor = new Supervisor(cluster.processes(), adminPorts, board);
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("stop")
                .unstarted(() -> {
                  supervisor.stop();
                  say(out, "stopping");
                  cluster.stop();
                  say(out, "stopped");
                }));
    cluster.processes().values().forEach(process -> process.leaveAtExit());
    say(out, "bin/client 127.0.0.1 " + PORTS.entry() + " connects through nginx; ^C stops it all");
    if (authority != null) {
      var options = " --tls --ca " + authority.certificate();
      say(
          out,
          "bin/client localhost " + TLS_ENTRY + options + " the same with TLS, which nginx ends");
      say(out, "bin/client localhost " + TLS_NODES.getFirst() + options + " with TLS of node one");
    }
    supervisor.run();
    return 0;
  }

  private ServerCluster start(@Nullable TestAuthority authority) {
    if (authority == null) {
      return ServerCluster.start(data, PORTS, SETTINGS);
    }
    var signed = authority.forThisMachine("server");
    var tlsPorts = new ServerCluster.TlsPorts(signed, TLS_ENTRY, TLS_NODES);
    return ServerCluster.start(data, PORTS, tlsPorts, SETTINGS);
  }

  private static boolean isTerminal(@Nullable Console console) {
    return console != null && console.isTerminal();
  }

  private static void say(PrintWriter out, String text) {
    out.println(text);
    out.flush();
  }
}
