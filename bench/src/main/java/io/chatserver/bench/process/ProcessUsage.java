package io.chatserver.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What a process of this machine uses of it, as {@code /proc} tells. */
public record ProcessUsage(long pid) {
  /** USER_HZ, which Linux shows to every program as 100 whatever the kernel's own clock is. */
  private static final int TICKS_PER_SECOND = 100;

  private static final Duration COLLECTION_TIMEOUT = Duration.ofSeconds(30);

  private static final String OPEN_FILES = "Max open files";

  /** Jars, the database, logs. */
  private static final int OTHER_FILES = 200;

  private static final int BYTES_PER_KIB = 1024;

  private static final Pattern HEAP_LIMIT = Pattern.compile("-Xmx(\\d+)([kmgKMG])");

  /** Behind the program's name, which may itself hold blanks, the state is field 0. */
  private static final int USER_TICKS = 11;

  private static final int SYSTEM_TICKS = 12;

  /** This process. */
  public static ProcessUsage self() {
    return new ProcessUsage(ProcessHandle.current().pid());
  }

  /** CPU time since its start, of all its threads, in user and in kernel mode; to 10 ms. */
  public Duration cpuTime() {
    return cpuTimeOf(read("stat"));
  }

  /** Memory that is resident. */
  public long residentBytes() {
    return bytesOf(read("smaps_rollup"), "Rss:");
  }

  /** Has a JVM collect its garbage; another program has none. */
  public void collectGarbage() {
    if (read("comm").startsWith("java")) {
      var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
      var command = List.of(jcmd, Long.toString(pid), "GC.run");
      ChildProcess.run("jcmd", command, COLLECTION_TIMEOUT);
    }
  }

  /** Resident memory, pages that it shares with others counted in part. */
  public long proportionalBytes() {
    return bytesOf(read("smaps_rollup"), "Pss:");
  }

  /**
   * Fails, and says what to do, if the process may not have so many connections open.
   *
   * @param name of the process, for a person
   */
  public void checkOpenFiles(String name, int connections) {
    long limit = openFilesOf(read("limits"));
    if (limit < connections + OTHER_FILES) {
      throw new ProcessFailed(
          String.format(
              "%d connections are too many: %s may have %d files open; raise that (ulimit -n)",
              connections, name, limit));
    }
  }

  static long openFilesOf(String limits) {
    var line = limits.lines().filter(each -> each.startsWith(OPEN_FILES)).findFirst().orElseThrow();
    var soft = line.substring(OPEN_FILES.length()).strip().split(" +", -1)[0];
    return soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft);
  }

  /** Resident memory of its own, without files. */
  public long anonymousBytes() {
    return bytesOf(read("status"), "RssAnon:");
  }

  /**
   * The largest heap of a JVM in bytes, as its command line bounds it.
   *
   * @throws ProcessFailed if it has no {@code -Xmx}
   */
  public long heapLimitBytes() {
    return heapLimitOf(read("cmdline"));
  }

  static long heapLimitOf(String commandLine) {
    var matcher = HEAP_LIMIT.matcher(commandLine);
    long bytes = -1;
    // The last one counts.
    while (matcher.find()) {
      int shift = "kmg".indexOf(matcher.group(2).toLowerCase(Locale.ROOT)) + 1;
      bytes = Long.parseLong(matcher.group(1)) << (10 * shift);
    }
    if (bytes < 0) {
      throw new ProcessFailed("no -Xmx of a process");
    }
    return bytes;
  }

  static Duration cpuTimeOf(String stat) {
    var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    long ticks = Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS]);
    return Duration.ofMillis(ticks * (1000 / TICKS_PER_SECOND));
  }

  static long bytesOf(String smaps, String label) {
    return smaps
        .lines()
        .filter(line -> line.startsWith(label))
        .map(line -> line.substring(label.length()).replace("kB", "").strip())
        .mapToLong(kib -> Long.parseLong(kib) * BYTES_PER_KIB)
        .findFirst()
        .orElseThrow(() -> new ProcessFailed("no " + label + " of a process"));
  }

  private String read(String file) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(pid), file));
    } catch (IOException e) {
      throw new ProcessFailed("process " + pid + " cannot be looked at: " + e.getMessage(), e);
    }
  }
}
