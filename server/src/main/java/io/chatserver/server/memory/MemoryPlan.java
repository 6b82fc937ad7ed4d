package io.chatserver.server.memory;

import io.chatserver.server.config.ConfigException;
import io.chatserver.server.config.ServerConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The budget for all connections together, computed from the memory of the JVM.
 *
 * @param budget what all connections may hold together
 * @param page what is reserved for a page while it is read and encoded
 * @param least the minimum charge of a connection
 * @param jvm the total memory of the JVM
 */
public record MemoryPlan(Amount budget, Amount page, Amount least, Amount jvm) {
  private static final long KIB = 1024;
  private static final long MIB = 1024 * KIB;

  /**
   * The live objects of a server without connections were 7 MB after a full collection (JDK 25,
   * compact headers, SQLite); with MariaDB and Redis 11 MB. The rest is for the short-lived memory
   * of statements, log batches and messages from other nodes.
   */
  private static final long PROGRAM = 24 * MIB;

  /**
   * An idle connection held 1.8 KB of heap, with a session of no conversation 2.5 KB (5,000
   * connections, histogram of live objects). The rest is for a command that waits on a virtual
   * thread (1.1 KB) and for requests that are too small to be charged.
   */
  private static final long CONNECTION = 4 * KIB;

  /**
   * While an event loop decodes an object, it holds the object as read (1), as bytes for the parser
   * (1), as text with two bytes per character (2), and in the parser's buffers (4).
   */
  private static final int DECODING = 8;

  /** A buffer grows by doubling: during the copy, the old and the new buffer both exist. */
  private static final int GROWING = 3;

  /** A control character of one byte takes six as JSON. */
  private static final int ESCAPED = 6;

  /** Texts of a page are up to 128 KiB as JSON; buffers grow by doubling. */
  private static final long PAGE = 256 * KIB;

  /**
   * A group in a list: a description of 200 control characters takes 1,200 bytes as JSON, and the
   * buffer grows by doubling.
   */
  private static final long GROUP = 3 * KIB;

  private static final long FRIEND = KIB / 2;

  /** RFC 8446: 16 KiB, and what encryption adds. */
  private static final long TLS_RECORD = 17 * KIB;

  /**
   * The part of the remaining memory that is the budget. The rest is for the collector, which needs
   * free regions to copy to, for garbage that waits for collection, and for memory below the
   * charging steps.
   */
  private static final double SHARE = 0.7;

  /** One part of the memory that the settings need. */
  private record Need(long bytes, String what) {
    static long sum(List<Need> needs) {
      return needs.stream().mapToLong(Need::bytes).sum();
    }

    static String text(List<Need> needs) {
      return needs.stream()
          .map(need -> mib(need.bytes) + " for " + need.what)
          .collect(Collectors.joining(", "));
    }
  }

  /**
   * Creates the plan.
   *
   * @param jvm the maximum memory of the JVM
   * @throws ConfigException if the settings need more; the message has the sum
   */
  public static MemoryPlan of(ServerConfig config, Amount jvm) throws ConfigException {
    int loops = config.listen().loops();
    var page = page(config.limits());
    var fixed = fixed(config, loops, page);
    var heap = new ArrayList<>(fixed);
    heap.addFirst(connections(config.limits()));
    check(heap, jvm.heap(), "a heap", "-Xmx in JAVA_OPTS");
    check(buffers(config, loops, page), jvm.direct(), "buffers", "-Dio.netty.maxDirectMemory");
    var budget =
        new Amount((long) ((jvm.heap() - Need.sum(fixed)) * SHARE), (long) (jvm.direct() * SHARE));
    var room = new Amount(page.bytes, page.bytes);
    return new MemoryPlan(budget, room, least(config.listen().hasTls()), jvm);
  }

  /** The largest of what is read and encoded as one: history, a login answer with its lists. */
  private static Need page(ServerConfig.Limits limits) {
    long history = Math.max(PAGE, 2L * ESCAPED * limits.textBytes());
    long lists = limits.groups() * GROUP + limits.friends() * FRIEND;
    return history >= lists
        ? new Need(history, "with limits.text_bytes = " + limits.textBytes())
        : new Need(
            lists,
            "with limits.groups = " + limits.groups() + ", limits.friends = " + limits.friends());
  }

  /** With TLS a client may send half a record, which is kept until the other half comes. */
  private static Amount least(boolean tls) {
    return new Amount(CONNECTION, tls ? TLS_RECORD : 0);
  }

  private static Need connections(ServerConfig.Limits limits) {
    return new Need(
        limits.connections() * CONNECTION,
        "limits.connections = " + limits.connections() + " x " + CONNECTION / KIB + " KiB");
  }

  private static List<Need> fixed(ServerConfig config, int loops, Need page) {
    var account = config.account();
    var limits = config.limits();
    return List.of(
        new Need(
            (long) account.hashThreads() * account.hashMemoryKib() * KIB,
            "account.hash_threads = "
                + account.hashThreads()
                + " x account.hash_memory_kib = "
                + account.hashMemoryKib()),
        new Need(
            (long) loops * DECODING * limits.frameBytes(),
            decoding("limits.frame_bytes = " + limits.frameBytes(), DECODING, loops)),
        new Need(page.bytes, "a page " + page.what),
        new Need(PROGRAM, "the program"));
  }

  private static List<Need> buffers(ServerConfig config, int loops, Need page) {
    var limits = config.limits();
    return List.of(
        new Need(
            (long) loops * GROWING * limits.frameBytes(),
            decoding("limits.frame_bytes = " + limits.frameBytes(), GROWING, loops)),
        new Need(2 * page.bytes, "two pages " + page.what));
  }

  private static String decoding(String setting, int times, int loops) {
    return setting + " x " + times + " x " + loops + " event loops";
  }

  private static void check(List<Need> needs, long available, String what, String where)
      throws ConfigException {
    long sum = Need.sum(needs);
    if (sum > available) {
      throw new ConfigException(
          String.format(
              Locale.ROOT,
              "the settings need %s of %s, but the JVM has %s (%s): %s",
              what,
              mib(sum),
              mib(available),
              where,
              Need.text(needs)));
    }
  }

  private static String mib(long bytes) {
    return (bytes + MIB - 1) / MIB + " MiB";
  }

  /** The budget, for the log. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "connections may hold %s of the heap's %s and %s of %s for buffers, together",
        mib(budget.heap()),
        mib(jvm.heap()),
        mib(budget.direct()),
        mib(jvm.direct()));
  }
}
