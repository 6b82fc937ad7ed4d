package io.chatserver.bench.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * nginx with this repository's {@code nginx/nginx.conf}, in which only ports and places of files
 * are others: what is shipped is what is tested.
 *
 * <p>Threads: one at a time.
 */
public final class Nginx extends RestartableProcess {
  /** Where it connects to the nodes from: they expect a PROXY header of this address alone. */
  public static final String SOURCE = "127.0.0.2";

  private static final Duration START_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(10);
  private static final Pattern WORKER = Pattern.compile("start worker process (\\d+)");

  private static final String CONFIG = "nginx.conf";
  private static final String TLS_CONFIG = "tls.conf";

  /** Where it speaks TLS, and what it shows there. */
  public record Tls(int port, TestAuthority.Signed signed) {}

  private final int port;
  private final Path directory;

  private Nginx(Path directory, int port) {
    super(() -> launch(directory));
    this.port = port;
    this.directory = directory;
  }

  /**
   * Starts one.
   *
   * @param directory for its files
   * @param nodes the ports of the nodes that it serves
   * @param tls null for none
   */
  public static Nginx start(Path directory, int port, List<Integer> nodes, @Nullable Tls tls) {
    var files = directory.toAbsolutePath();
    try {
      Files.createDirectories(files);
      var config = new NginxConfig(shipped(CONFIG));
      if (tls != null) {
        var part = new NginxConfig(shipped(TLS_CONFIG)).tlsPartAt(tls);
        Files.writeString(files.resolve(TLS_CONFIG), part);
        config = config.withTlsPart();
      }
      Files.writeString(files.resolve(CONFIG), config.at(files, port, nodes));
      return new Nginx(files, port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String shipped(String file) throws IOException {
    return Files.readString(Repository.file("nginx", file));
  }

  /** Whether it begins each connection to a node with a PROXY header. */
  public static boolean tellsClientAddress() {
    try {
      return new NginxConfig(shipped(CONFIG)).tellsClientAddress();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> command(Path directory, String... more) {
    var command = new ArrayList<String>();
    command.add(LocalMachine.program("nginx", "nginx libnginx-mod-stream"));
    var config = directory.resolve(CONFIG).toString();
    command.addAll(List.of("-p", directory + "/", "-e", "stderr", "-c", config));
    command.addAll(List.of(more));
    return command;
  }

  private static ChildProcess launch(Path directory) {
    return ChildProcess.start("nginx", command(directory), WORKER, START_TIMEOUT).child();
  }

  /** Has it read its configuration again: new workers, the old ones keep their connections. */
  public void reload() {
    ChildProcess.run("nginx -s reload", command(directory, "-s", "reload"), COMMAND_TIMEOUT);
  }

  /**
   * A master that was killed by somebody leaves its workers, who go on listening. What it said of
   * them may not have been read to its end yet.
   */
  @Override
  void clearAway() {
    long deadline = System.nanoTime() + COMMAND_TIMEOUT.toNanos();
    killWorkers();
    while (!LocalMachine.isFree(port) && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(POLL.toNanos());
      killWorkers();
    }
  }

  private void killWorkers() {
    WORKER
        .matcher(output())
        .results()
        .flatMap(worker -> ProcessHandle.of(Long.parseLong(worker.group(1))).stream())
        .filter(process -> process.info().command().orElse("").endsWith("nginx"))
        .forEach(ProcessHandle::destroyForcibly);
  }

  public int port() {
    return port;
  }
}
