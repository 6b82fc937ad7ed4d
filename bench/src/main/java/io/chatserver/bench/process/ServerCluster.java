package io.chatserver.bench.process;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A whole cluster on this machine: MariaDB, Redis, up to three nodes, each with a link of its own
 * to Redis, and nginx before them.
 *
 * <p>Threads: one at a time.
 */
public final class ServerCluster implements AutoCloseable {
  /** The database that the nodes share. */
  public static final String DATABASE = "chat";

  private static final List<String> NAMES = List.of("one", "two", "three");

  private final Deque<Runnable> opened = new ArrayDeque<>();
  private final MariaDb mariaDb;
  private final Redis redis;
  private final List<Node> nodes = new ArrayList<>();
  private final Nginx nginx;

  /**
   * One of the nodes.
   *
   * @param redisLink its way to Redis
   * @param adminPort where it tells how it is
   */
  public record Node(String name, ServerProcess process, TcpLink redisLink, int adminPort) {
    @Override
    public String toString() {
      return name;
    }
  }

  /**
   * Where it is to be found.
   *
   * @param entry nginx
   * @param nodes of each node, for clients
   * @param admin of each node, for operators
   */
  public record Ports(int entry, List<Integer> nodes, List<Integer> admin) {
    public Ports {
      nodes = List.copyOf(nodes);
      admin = List.copyOf(admin);
    }

    /** Any that are free, for three nodes. */
    public static Ports free() {
      return free(NAMES.size());
    }

    /** Any that are free, for up to three nodes. */
    public static Ports free(int nodes) {
      var ports =
          IntStream.generate(LocalMachine::freePort)
              .distinct()
              .limit(1 + 2L * nodes)
              .boxed()
              .toList();
      return new Ports(
          ports.getFirst(), ports.subList(1, 1 + nodes), ports.subList(1 + nodes, 1 + 2 * nodes));
    }

    /**
     * Checks that they are free.
     *
     * @throws ProcessFailed if one is not
     */
    public void check() {
      var all = new ArrayList<Integer>(nodes);
      all.add(entry);
      all.addAll(admin);
      for (int port : all) {
        if (!LocalMachine.isFree(port)) {
          throw new ProcessFailed("port " + port + " of 127.0.0.1 is taken");
        }
      }
    }
  }

  /**
   * Where it speaks TLS besides.
   *
   * @param entry of nginx
   * @param nodes of each node
   */
  public record TlsPorts(TestAuthority.Signed signed, int entry, List<Integer> nodes) {
    public TlsPorts {
      nodes = List.copyOf(nodes);
    }
  }

  private ServerCluster(
      Path directory, Ports ports, @Nullable TlsPorts tls, Map<String, String> settings) {
    try {
      mariaDb = opened(MariaDb.start(directory), MariaDb::close);
      mariaDb.createDatabase(DATABASE);
      redis = opened(Redis.start(), Redis::close);
      for (int i = 0; i < ports.nodes.size(); i++) {
        var all = new HashMap<>(settings);
        if (tls != null) {
          all.putAll(tls.signed.settings(tls.nodes.get(i)));
        }
        nodes.add(node(i, directory, ports, all));
      }
      var files = directory.resolve("nginx");
      var nginxTls = tls == null ? null : new Nginx.Tls(tls.entry, tls.signed);
      nginx = opened(Nginx.start(files, ports.entry, ports.nodes, nginxTls), Nginx::close);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Starts one, on what an earlier one left in the directory.
   *
   * @param settings of all nodes
   */
  public static ServerCluster start(Path directory, Ports ports, Map<String, String> settings) {
    return new ServerCluster(directory, ports, null, settings);
  }

  /** The same with TLS besides. */
  public static ServerCluster start(
      Path directory, Ports ports, TlsPorts tls, Map<String, String> settings) {
    return new ServerCluster(directory, ports, tls, settings);
  }

  private Node node(int number, Path directory, Ports ports, Map<String, String> settings) {
    var name = NAMES.get(number);
    var link = opened(TcpLink.to(redis.port()), TcpLink::close);
    int adminPort = ports.admin.get(number);
    var all = new HashMap<>(ServerProcess.on(mariaDb, DATABASE, directory));
    all.put("node.id", name);
    all.put("relay.url", "redis://127.0.0.1:" + link.port());
    all.put("admin.port", Integer.toString(adminPort));
    if (Nginx.tellsClientAddress()) {
      all.put("listen.proxy_from", Nginx.SOURCE);
    }
    all.putAll(settings);
    var process = opened(ServerProcess.start(all, ports.nodes.get(number)), ServerProcess::close);
    return new Node(name, process, link, adminPort);
  }

  private <T> T opened(T part, Consumer<T> close) {
    opened.push(() -> close.accept(part));
    return part;
  }

  public MariaDb mariaDb() {
    return mariaDb;
  }

  public Redis redis() {
    return redis;
  }

  public List<Node> nodes() {
    return List.copyOf(nodes);
  }

  public Nginx nginx() {
    return nginx;
  }

  /** Where clients connect. */
  public InetSocketAddress entry() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), nginx.port());
  }

  /** All processes, by name; those that others need come first. */
  public Map<String, RestartableProcess> processes() {
    var processes = new LinkedHashMap<String, RestartableProcess>();
    processes.put("MariaDB", mariaDb);
    processes.put("Redis", redis);
    nodes.forEach(node -> processes.put("node " + node, node.process));
    processes.put("nginx", nginx);
    return processes;
  }

  /**
   * Checks that all of it runs.
   *
   * @throws ProcessFailed if something has died
   */
  public void checkAlive() {
    processes()
        .forEach((name, process) -> {
          if (!process.isAlive()) {
            throw new ProcessFailed(name + " has died; its output:\n" + process.output());
          }
        });
  }

  /** Stops the nodes in an orderly way, all at the same time. */
  public void stopNodes() {
    var threads = nodes.stream().map(node -> Thread.ofVirtual().start(node.process::stop)).toList();
    for (var thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ProcessFailed("the nodes were not waited for", e);
      }
    }
  }

  /** Stops all of it in an orderly way. */
  public void stop() {
    try (this) {
      nginx.stop();
      stopNodes();
      redis.stop();
      mariaDb.stop();
    }
  }

  /** Kills what still runs. */
  @Override
  public void close() {
    // Whatever becomes of one, the others end, too.
    if (!opened.isEmpty()) {
      try {
        opened.pop().run();
      } finally {
        close();
      }
    }
  }
}
