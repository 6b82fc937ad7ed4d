package io.chatserver.bench.siege;

import io.chatserver.bench.process.ProcessUsage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The hostile process: runs an {@link AttackPlan} and ends with it. It prints its counts once a
 * second.
 */
public final class Attackers {
  /** How a line of {@link Report} begins. */
  static final String REPORT = "attack";

  static final String READY = "attacking";

  private static final Duration GRACE = Duration.ofSeconds(2);

  private Attackers() {}

  /** Runs the plan of the file that is the only argument. */
  public static void main(String[] args) throws IOException, InterruptedException {
    run(AttackPlan.read(Path.of(args[0])));
    // Ends threads that still wait for a server that does not answer.
    Runtime.getRuntime().halt(0);
  }

  private static void run(AttackPlan plan) throws InterruptedException {
    var cpu = ProcessUsage.self();
    var budget = new CpuBudget(plan.share(), () -> cpu.cpuTime().toNanos(), System::nanoTime);
    var counts = new EnumMap<AttackKind, AttackCount>(AttackKind.class);
    for (var kind : AttackKind.values()) {
      counts.put(kind, new AttackCount());
    }
    try (var timer = new ScheduledThreadPoolExecutor(2)) {
      timer.setRemoveOnCancelPolicy(true);
      long tick = CpuBudget.TICK.toMillis();
      var _ = timer.scheduleAtFixedRate(budget::tick, tick, tick, TimeUnit.MILLISECONDS);
      var _ = timer.scheduleAtFixedRate(() -> print(counts, budget), 1, 1, TimeUnit.SECONDS);
      long deadline = System.nanoTime() + plan.length().toNanos();
      var camp = new Hostile.Camp(plan, budget, timer, deadline);
      var threads = start(camp, counts);
      System.out.println(READY);
      for (var thread : threads) {
        long left = deadline + GRACE.toNanos() - System.nanoTime();
        thread.join(Duration.ofNanos(Math.max(1, left)));
      }
      print(counts, budget);
      timer.shutdownNow();
    }
  }

  private static List<Thread> start(Hostile.Camp camp, Map<AttackKind, AttackCount> counts) {
    var kinds = List.copyOf(counts.keySet());
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < camp.plan().clients(); i++) {
      var kind = kinds.get(i % kinds.size());
      var count = counts.get(kind);
      if (count == null) {
        throw new IllegalStateException("no count of " + kind);
      }
      var hostile = new Hostile(i, kind, camp, count);
      threads.add(Thread.ofPlatform().daemon().name("hostile-" + i).start(hostile));
    }
    return threads;
  }

  private static void print(Map<AttackKind, AttackCount> counts, CpuBudget budget) {
    var line = new StringBuilder(REPORT);
    line.append(String.format(Locale.ROOT, " %.3f", budget.used()));
    counts.forEach((kind, count) ->
        line.append(' ').append(kind.name()).append('=').append(count.sums().write()));
    System.out.println(line);
  }

  /**
   * The counts of the process at the time of a line.
   *
   * @param cpu the share of one core that it used
   */
  record Report(double cpu, Map<AttackKind, AttackCount.Sums> counts) {
    Report {
      counts = Map.copyOf(counts);
    }

    /** The last report in some output; an empty one if there is none. */
    static Report last(String output) {
      return output
          .lines()
          .filter(line -> line.startsWith(REPORT + " "))
          .reduce((_, last) -> last)
          .map(Report::parse)
          .orElse(new Report(0, Map.of()));
    }

    private static Report parse(String line) {
      var words = line.split(" ", -1);
      var counts = new EnumMap<AttackKind, AttackCount.Sums>(AttackKind.class);
      for (int i = 2; i < words.length; i++) {
        var parts = words[i].split("=", 2);
        counts.put(AttackKind.valueOf(parts[0]), AttackCount.Sums.read(parts[1]));
      }
      return new Report(Double.parseDouble(words[1]), counts);
    }
  }
}
