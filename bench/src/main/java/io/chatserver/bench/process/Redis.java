package io.chatserver.bench.process;

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
  private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(10);
  private static final Pattern PUBLISHES = Pattern.compile("cmdstat_s?publish:calls=(\\d+)");
  private static final Pattern READY = Pattern.compile("Ready to accept connections");

  private final int port;

  private Redis(int port) {
    super(() -> launch(port));
    this.port = port;
  }

  /** Starts one. */
  public static Redis start() {
    return new Redis(LocalMachine.freePort());
  }

  private static ChildProcess launch(int port) {
    var command =
        List.of(
            LocalMachine.program("redis-server", "redis-server"),
            "--bind",
            "127.0.0.1",
            "--port",
            Integer.toString(port),
            "--save",
            "",
            "--appendonly",
            "no");
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
