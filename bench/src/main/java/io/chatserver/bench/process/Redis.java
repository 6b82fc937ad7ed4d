package io.chatserver.bench.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A private Redis on a loopback port, which keeps nothing on the disk.
 *
 * <p>Threads: one at a time.
 */
public final class Redis extends RestartableProcess {
  private static final Duration START_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(30);
  private static final Pattern PUBLISHES = Pattern.compile("cmdstat_s?publish:calls=(\\d+)");
  private static final Pattern READY = Pattern.compile("Ready to accept connections");

  private final int port;

  private Redis(int port, List<String> options) {
    super(() -> launch(port, options));
    this.port = port;
  }

  /** Starts one. */
  public static Redis start() {
    return new Redis(LocalMachine.freePort(), List.of());
  }

  /**
   * Starts a Redis Cluster of three masters.
   *
   * @param directory for what they note about each other
   */
  public static List<Redis> startCluster(Path directory) {
    var nodes = new ArrayList<Redis>();
    try {
      for (int i = 1; i <= 3; i++) {
        var file = directory.toAbsolutePath().resolve("redis-" + i + ".conf");
        int busPort = LocalMachine.freePort();
        var options =
            List.of(
                "--cluster-enabled", "yes",
                "--cluster-config-file", file.toString(),
                "--cluster-port", Integer.toString(busPort));
        nodes.add(new Redis(LocalMachine.freePort(), options));
      }
      var command = new ArrayList<>(List.of("--cluster", "create"));
      nodes.forEach(node -> command.add("127.0.0.1:" + node.port));
      command.add("--cluster-yes");
      nodes.getFirst().execute(command.toArray(String[]::new));
      return nodes;
    } catch (RuntimeException e) {
      nodes.forEach(Redis::close);
      throw e;
    }
  }

  private static ChildProcess launch(int port, List<String> options) {
    var command = new ArrayList<String>();
    command.add(LocalMachine.program("redis-server", "redis-server"));
    command.addAll(List.of("--bind", "127.0.0.1", "--port", Integer.toString(port)));
    command.addAll(List.of("--save", "", "--appendonly", "no"));
    command.addAll(options);
    return ChildProcess.start("redis-server", command, READY, START_TIMEOUT).child();
  }

  /** Runs a command through {@code redis-cli}, and gives what that prints. */
  public String execute(String... words) {
    var command = new ArrayList<String>();
    command.add(LocalMachine.program("redis-cli", "redis-tools"));
    command.addAll(List.of("-h", "127.0.0.1", "-p", Integer.toString(port)));
    command.addAll(List.of(words));
    return ChildProcess.run("redis-cli", command, COMMAND_TIMEOUT);
  }

  /** How many payloads were published since the start. */
  public long publishes() {
    var calls = PUBLISHES.matcher(execute("INFO", "commandstats"));
    return calls.results().mapToLong(call -> Long.parseLong(call.group(1))).sum();
  }

  /** What {@code relay.url} is to be. */
  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  public int port() {
    return port;
  }
}
