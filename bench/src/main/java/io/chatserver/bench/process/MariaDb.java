package io.chatserver.bench.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A private MariaDB on a loopback port, durable at every commit; where it was killed, InnoDB
 * recovers its data.
 *
 * <p>Threads: one at a time.
 */
public final class MariaDb extends RestartableProcess {
  private static final Duration INSTALL_TIMEOUT = Duration.ofSeconds(90);
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(30);
  private static final Pattern READY = Pattern.compile("ready for connections");
  private static final Pattern DATABASE_NAME = Pattern.compile("[a-z][a-z0-9_]{0,40}");
  private static final String USER = "chat";
  private static final String PASSWORD = "chat-of-tests";

  /** Relative to the data directory: the path of a socket has room for only about 100 bytes. */
  private static final String SOCKET = "mariadb.sock";

  private final int port;

  private MariaDb(Path data, int port, List<String> options) {
    super(() -> launch(data, port, options));
    this.port = port;
  }

  /**
   * Starts one; its data is in {@code directory}, which it makes and fills where there is nothing
   * yet.
   */
  public static MariaDb start(Path directory) {
    return start(directory, List.of());
  }

  /**
   * The same with more options.
   *
   * @param options such as {@code --autocommit=0}
   */
  public static MariaDb start(Path directory, List<String> options) {
    var data = directory.toAbsolutePath().resolve("mariadb");
    if (!Files.exists(data)) {
      try {
        Files.createDirectories(directory);
        // What an interrupted installation leaves is never taken for a database.
        var unfinished = Files.createTempDirectory(directory.toAbsolutePath(), "mariadb-new");
        install(unfinished);
        Files.move(unfinished, data);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return new MariaDb(data, LocalMachine.freePort(), options);
  }

  private static void install(Path data) {
    var command = new ArrayList<String>();
    command.add(LocalMachine.program("mariadb-install-db", "mariadb-server"));
    command.add("--no-defaults");
    command.add("--datadir=" + data);
    command.add("--auth-root-authentication-method=normal");
    command.add("--skip-test-db");
    command.add(temporary(data));
    if (LocalMachine.isRoot()) {
      command.add("--user=root");
    }
    ChildProcess.run("mariadb-install-db", command, INSTALL_TIMEOUT);
  }

  private static ChildProcess launch(Path data, int port, List<String> options) {
    var command = new ArrayList<String>();
    command.add(LocalMachine.program("mariadbd", "mariadb-server"));
    command.addAll(
        List.of(
            "--no-defaults",
            "--datadir=" + data,
            "--bind-address=127.0.0.1",
            "--port=" + port,
            "--socket=" + SOCKET,
            "--pid-file=" + data.resolve("mariadb.pid"),
            temporary(data),
            "--skip-name-resolve",
            "--character-set-server=utf8mb4",
            "--innodb-flush-log-at-trx-commit=1",
            "--innodb-buffer-pool-size=128M",
            "--max-connections=200",
            "--performance-schema=OFF"));
    command.addAll(options);
    if (LocalMachine.isRoot()) {
      command.add("--user=root");
    }
    return ChildProcess.start("mariadbd", command, READY, START_TIMEOUT).child();
  }

  /** Each its own: one that starts deletes what others keep in a shared directory. */
  private static String temporary(Path data) {
    try {
      return "--tmpdir=" + Files.createDirectories(data.resolveSibling("mariadb-tmp"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes a database if it is not there, and gives {@link #user} all rights on it. */
  public void createDatabase(String name) {
    if (!DATABASE_NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("database name " + name);
    }
    execute(
        "CREATE DATABASE IF NOT EXISTS "
            + name
            + " CHARACTER SET utf8mb4; GRANT ALL ON "
            + name
            + ".* TO "
            + USER
            + "@127.0.0.1 IDENTIFIED BY '"
            + PASSWORD
            + "'");
  }

  /** Runs SQL as the superuser through the command-line client, and gives what that prints. */
  public String execute(String sql) {
    var command =
        List.of(
            LocalMachine.program("mariadb", "mariadb-client"),
            "--no-defaults",
            "--init-command=SET autocommit = 1",
            "--protocol=tcp",
            "--host=127.0.0.1",
            "--port=" + port,
            "--user=root",
            "--batch",
            "--skip-column-names",
            "--execute=" + sql);
    return ChildProcess.run("mariadb", command, STATEMENT_TIMEOUT);
  }

  /** What {@code storage.url} is to be for one of its databases. */
  public String jdbcUrl(String database) {
    return "jdbc:mysql://127.0.0.1:" + port + "/" + database;
  }

  /** What {@code storage.user} is to be. */
  public String user() {
    return USER;
  }

  /** What {@code storage.password} is to be. */
  public String password() {
    return PASSWORD;
  }

  public int port() {
    return port;
  }
}
