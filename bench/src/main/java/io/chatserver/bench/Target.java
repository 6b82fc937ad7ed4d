package io.chatserver.bench;

import io.chatserver.bench.process.MariaDb;
import io.chatserver.bench.process.ProcessUsage;
import io.chatserver.bench.process.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Deque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;

/**
 * The server under load: one that runs already, or one that was started for the run and ends with
 * it.
 *
 * <p>Threads: one at a time.
 */
final class Target implements AutoCloseable {
  /** Where a server that is started keeps its messages. */
  enum Storage {
    SQLITE,
    MARIADB
  }

  private static final String DATABASE = "chat";

  private final InetSocketAddress address;
  private final String description;
  private final @Nullable ProcessUsage server;
  private final @Nullable ProcessUsage database;
  private final @Nullable Duration startToFirstLogin;

  /** What to close, the last opened first; an interrupt closes it from a thread of its own. */
  private final Deque<AutoCloseable> opened;

  private Target(
      InetSocketAddress address,
      String description,
      @Nullable ProcessUsage server,
      @Nullable ProcessUsage database,
      @Nullable Duration startToFirstLogin,
      Deque<AutoCloseable> opened) {
    this.address = address;
    this.description = description;
    this.server = server;
    this.database = database;
    this.startToFirstLogin = startToFirstLogin;
    this.opened = opened;
  }

  /** A server that runs already; its processes are measured where their ids are known. */
  static Target running(
      InetSocketAddress address, @Nullable ProcessUsage server, @Nullable ProcessUsage database) {
    var description = address.getHostString() + ":" + address.getPort();
    return new Target(address, description, server, database, null, new ConcurrentLinkedDeque<>());
  }

  /** Starts a server with its data in a new directory, which is removed at the end. */
  static Target start(Storage storage, Map<String, String> settings) {
    var opened = new ConcurrentLinkedDeque<AutoCloseable>();
    // An interrupted run leaves nothing behind either.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> closeAll(opened), "close-target"));
    try {
      var directory = Files.createTempDirectory("chatserver-bench");
      opened.push(() -> delete(directory));
      var all = new HashMap<String, String>();
      ProcessUsage database = null;
      if (storage == Storage.MARIADB) {
        var mariaDb = MariaDb.start(directory);
        opened.push(mariaDb);
        mariaDb.createDatabase(DATABASE);
        database = mariaDb.usage();
        all.putAll(ServerProcess.on(mariaDb, DATABASE, directory));
      } else {
        all.putAll(ServerProcess.embedded(directory));
      }
      all.putAll(settings);
      long start = System.nanoTime();
      var server = ServerProcess.start(all);
      opened.push(server);
      FirstLogin.at(server.address());
      var firstLogin = Duration.ofNanos(System.nanoTime() - start);
      var description = "started with " + storage.name().toLowerCase(Locale.ROOT);
      return new Target(
          server.address(), description, server.usage(), database, firstLogin, opened);
    } catch (IOException e) {
      closeAll(opened);
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      closeAll(opened);
      throw e;
    }
  }

  InetSocketAddress address() {
    return address;
  }

  @Nullable ProcessUsage server() {
    return server;
  }

  @Nullable ProcessUsage database() {
    return database;
  }

  /** How long it took to start, to open an account and to log in; null if it ran already. */
  @Nullable Duration startToFirstLogin() {
    return startToFirstLogin;
  }

  @Override
  public String toString() {
    return description;
  }

  @Override
  public void close() {
    closeAll(opened);
  }

  private static void closeAll(Deque<AutoCloseable> opened) {
    for (var next = opened.poll(); next != null; next = opened.poll()) {
      try {
        next.close();
      } catch (Exception e) {
        System.err.println("bench: while closing: " + e.getMessage());
      }
    }
  }

  private static void delete(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
              throws IOException {
            Files.deleteIfExists(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
