package io.chatserver.bench.process;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The chat server as a process of its own, started by {@code bin/server}.
 *
 * <p>Threads: one at a time.
 */
public final class ServerProcess extends RestartableProcess {
  /** Names the directory that {@code bin/} is in, where that is not above the working directory. */
  public static final String HOME_PROPERTY = "chatserver.home";

  /**
   * The setting that lifts the limits by address from this machine, which is all clients of a test
   * or a benchmark at once.
   */
  public static final String EXEMPT_KEY = "throttle.exempt";

  private static final String LOOPBACK = "127.0.0.0/8,::1";
  private static final String HOST = "127.0.0.1";
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration LIMIT_TIMEOUT = Duration.ofSeconds(5);
  private static final Pattern READY = Pattern.compile("listening on \\S+:(\\d+)");

  private final int port;

  private ServerProcess(Path launcher, Map<String, String> settings, int port) {
    super(() -> launch(launcher, settings, port));
    this.port = port;
  }

  /** Starts a server of this repository on a free port. */
  public static ServerProcess start(Map<String, String> settings) {
    return start(settings, LocalMachine.freePort());
  }

  /** Starts a server of this repository on a port. */
  public static ServerProcess start(Map<String, String> settings, int port) {
    var launcher = Repository.file("bin", "server");
    return new ServerProcess(launcher, new TreeMap<>(settings), port);
  }

  /** Starts one by another launcher, which has to replace itself by the server (exec). */
  public static ServerProcess start(Path launcher, Map<String, String> settings) {
    return new ServerProcess(launcher, new TreeMap<>(settings), LocalMachine.freePort());
  }

  /**
   * The settings that keep a server's data in a directory, in the embedded database, without limits
   * by address for this machine.
   */
  public static Map<String, String> embedded(Path directory) {
    return Map.of("data.dir", directory.toAbsolutePath().toString(), EXEMPT_KEY, LOOPBACK);
  }

  /** The same in a database of MariaDB. */
  public static Map<String, String> on(MariaDb mariaDb, String database, Path directory) {
    return Map.of(
        "data.dir",
        directory.toAbsolutePath().toString(),
        EXEMPT_KEY,
        LOOPBACK,
        "storage.url",
        mariaDb.jdbcUrl(database),
        "storage.user",
        mariaDb.user(),
        "storage.password",
        mariaDb.password());
  }

  private static ChildProcess launch(Path launcher, Map<String, String> settings, int port) {
    var command = new ArrayList<>(List.of(launcher.toString(), HOST, Integer.toString(port)));
    settings.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
    return ChildProcess.start("the server", command, READY, START_TIMEOUT).child();
  }

  public int port() {
    return port;
  }

  public InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** Lets no file of its grow beyond so many bytes: to it, the disk is full then. */
  public void limitFiles(long bytes) {
    setFileLimit(Long.toString(bytes));
  }

  /** Lets its files grow again. */
  public void unlimitFiles() {
    setFileLimit("unlimited");
  }

  private void setFileLimit(String soft) {
    var program = LocalMachine.program("prlimit", "util-linux");
    var command = List.of(program, "--pid", Long.toString(pid()), "--fsize=" + soft + ":");
    ChildProcess.run("prlimit", command, LIMIT_TIMEOUT);
  }

  /** SIGTERM, and waits for the exit code. */
  public int terminate() {
    return child().terminate(STOP_TIMEOUT);
  }
}
