package io.chatserver.bench;

import io.chatserver.bench.process.LocalMachine;
import io.chatserver.bench.process.MariaDb;
import io.chatserver.bench.process.ProcessUsage;
import io.chatserver.bench.process.Redis;
import io.chatserver.bench.process.ServerProcess;
import io.chatserver.bench.process.TestAuthority;
import io.chatserver.tls.ClientTls;
import io.chatserver.tls.PemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The server under load, of one node or several: one that runs already, or one that was started for
 * the run and ends with it.
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

  private final List<InetSocketAddress> addresses;
  private final @Nullable ClientTls tls;
  private final String description;
  private final List<ProcessUsage> servers;
  private final @Nullable ProcessUsage database;
  private final @Nullable Redis redis;
  private final @Nullable Duration startToFirstLogin;

  /** What to close, the last opened first; an interrupt closes it from a thread of its own. */
  private final Deque<AutoCloseable> opened;

  private Target(
      List<InetSocketAddress> addresses,
      @Nullable ClientTls tls,
      String description,
      List<ProcessUsage> servers,
      @Nullable ProcessUsage database,
      @Nullable Redis redis,
      @Nullable Duration startToFirstLogin,
      Deque<AutoCloseable> opened) {
    this.addresses = List.copyOf(addresses);
    this.tls = tls;
    this.description = description;
    this.servers = List.copyOf(servers);
    this.database = database;
    this.redis = redis;
    this.startToFirstLogin = startToFirstLogin;
    this.opened = opened;
  }

  /**
   * Nodes that run already; their processes are measured where their ids are known.
   *
   * @param tls null for connections without TLS
   */
  static Target running(
      List<InetSocketAddress> addresses,
      @Nullable ClientTls tls,
      List<ProcessUsage> servers,
      @Nullable ProcessUsage database) {
    var description =
        addresses.stream()
            .map(address -> address.getHostString() + ":" + address.getPort())
            .collect(Collectors.joining(","));
    return new Target(
        addresses, tls, description, servers, database, null, null, new ConcurrentLinkedDeque<>());
  }

  /**
   * Starts nodes with their data in a new directory, which is removed at the end.
   *
   * @param nodes more than one only on MariaDB; a Redis joins them
   * @param withTls whether users connect with TLS, by a test authority
   */
  static Target start(Storage storage, int nodes, Map<String, String> settings, boolean withTls) {
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
      Redis redis = null;
      if (nodes > 1) {
        redis = Redis.start();
        opened.push(redis);
        all.put("relay.url", redis.url());
      }
      all.putAll(settings);
      var entries = new ArrayList<InetSocketAddress>();
      var authority = withTls ? TestAuthority.create(directory.resolve("tls")) : null;
      long start = System.nanoTime();
      var servers = new ArrayList<ServerProcess>();
      for (int i = 1; i <= nodes; i++) {
        all.put("node.id", "node-" + i);
        var tlsAddress = LocalMachine.freeAddress();
        if (authority != null) {
          all.putAll(authority.forThisMachine("node-" + i).settings(tlsAddress.getPort()));
        }
        var server = ServerProcess.start(all);
        opened.push(server);
        servers.add(server);
        entries.add(authority == null ? server.address() : tlsAddress);
      }
      FirstLogin.at(servers.getFirst().address());
      var firstLogin = nodes > 1 ? null : Duration.ofNanos(System.nanoTime() - start);
      var description = "started with " + storage.name().toLowerCase(Locale.ROOT);
      return new Target(
          entries,
          authority == null ? null : ClientTls.trusting(authority.certificate()),
          (nodes > 1 ? nodes + " nodes " + description + " and redis" : description)
              + (withTls ? ", TLS" : ""),
          servers.stream().map(ServerProcess::usage).toList(),
          database,
          redis,
          firstLogin,
          opened);
    } catch (IOException e) {
      closeAll(opened);
      throw new UncheckedIOException(e);
    } catch (PemException e) {
      closeAll(opened);
      throw new IllegalStateException(e);
    } catch (RuntimeException e) {
      closeAll(opened);
      throw e;
    }
  }

  /** Where its nodes listen. */
  List<InetSocketAddress> addresses() {
    return addresses;
  }

  /** How they are spoken to; null for connections without TLS. */
  @Nullable ClientTls tls() {
    return tls;
  }

  /** The processes of its nodes; none if they are not known. */
  List<ProcessUsage> servers() {
    return servers;
  }

  /** Its only node; null if there are several, or its process is not known. */
  @Nullable ProcessUsage onlyServer() {
    return servers.size() == 1 ? servers.getFirst() : null;
  }

  @Nullable ProcessUsage database() {
    return database;
  }

  /** The Redis between the nodes; null if there is none. */
  @Nullable ProcessUsage relay() {
    return redis == null ? null : redis.usage();
  }

  /** What was published by now, as Redis counts it. */
  long publishes() {
    return redis == null ? 0 : redis.publishes();
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
