package io.chatserver.server.memory;

import io.chatserver.server.config.ConfigException;
import io.chatserver.server.config.ServerConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The budget for all connections together, from what the JVM has.
 *
 * @param budget what connections may hold
 * @param page what is set aside for a page while it is read and encoded
 * @param least what a connection holds at least
 * @param jvm what the JVM has in all
 */
public record MemoryPlan(Amount budget, Amount page, Amount least, Amount jvm) {
  private static final long KIB = 1024;
  private static final long MIB = 1024 * KIB;

  /**
   * The live objects of a server without connections were 7 MB after a full collection (JDK 25,
   * compact headers, SQLite); with MariaDB and Redis 11 MB. The rest is for what statements, log
   * batches and other nodes' messages hold for moments.
   */
  private static final long PROGRAM = 24 * MIB;

  /**
   * An idle connection held 1.8 KB of heap, with a session of no conversation 2.5 KB (5,000
   * connections, histogram of live objects). The rest is for a command that waits on a virtual
   * thread (1.1 KB) and some requests that are too small to be counted.
   */
  private static final long CONNECTION = 4 * KIB;

  /**
   * An object is held as read (1), as bytes for the parser (1), as its text in two bytes a
   * character (2), and in the parser's buffers (4), by each event loop at a time.
   */
  private static final int DECODING = 8;

  /** A buffer grows by doubling: while it is copied, the half and the whole are there. */
  private static final int GROWING = 3;

  /** A control character of one byte takes six as JSON. */
  private static final int ESCAPED = 6;

  /** Texts of a page are up to 128 KiB as JSON; buffers grow by doubling. */
  private static final long PAGE = 256 * KIB;

  /**
   * Of what is left, so much is the budget: the collector needs free regions to copy to, garbage
   * waits for it, and what a connection holds is checked in steps.
   */
  private static final double SHARE = 0.7;

  /** A part of what the settings need. */
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
   * Makes the plan.
   *
   * @param jvm the most that the JVM takes
   * @throws ConfigException if the settings need more than that; the message has the sum
   */
  public static MemoryPlan of(ServerConfig config, Amount jvm) throws ConfigException {
    int loops = config.listen().loops();
    long page = Math.max(PAGE, 2L * ESCAPED * config.limits().textBytes());
    var fixed = fixed(config, loops, page);
    var heap = new ArrayList<>(fixed);
    heap.addFirst(connections(config.limits()));
    check(heap, jvm.heap(), "a heap", "-Xmx in JAVA_OPTS");
    check(buffers(config, loops, page), jvm.direct(), "buffers", "-Dio.netty.maxDirectMemory");
    var budget =
        new Amount((long) ((jvm.heap() - Need.sum(fixed)) * SHARE), (long) (jvm.direct() * SHARE));
    return new MemoryPlan(budget, new Amount(page, page), Amount.heap(CONNECTION), jvm);
  }

  private static Need connections(ServerConfig.Limits limits) {
    return new Need(
        limits.connections() * CONNECTION,
        "limits.connections = " + limits.connections() + " x " + CONNECTION / KIB + " KiB");
  }

  private static List<Need> fixed(ServerConfig config, int loops, long page) {
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
        new Need(page, "a page with limits.text_bytes = " + limits.textBytes()),
        new Need(PROGRAM, "the program"));
  }

  private static List<Need> buffers(ServerConfig config, int loops, long page) {
    var limits = config.limits();
    return List.of(
        new Need(
            (long) loops * GROWING * limits.frameBytes(),
            decoding("limits.frame_bytes = " + limits.frameBytes(), GROWING, loops)),
        new Need(2 * page, "two pages with limits.text_bytes = " + limits.textBytes()));
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
