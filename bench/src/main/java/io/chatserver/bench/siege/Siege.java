package io.chatserver.bench.siege;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import io.chatserver.bench.process.JavaProgram;
import io.chatserver.bench.process.ProcessFailed;
import io.chatserver.bench.process.ProcessUsage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;

/**
 * One siege: creates the accounts, measures a quiet time, attacks, and measures the logins after
 * the attack.
 *
 * <p>Threads: one.
 */
public final class Siege {
  private static final Duration WARMUP = Duration.ofSeconds(2);
  private static final Duration PROGRESS = Duration.ofSeconds(30);
  private static final Duration STEP = Duration.ofMillis(500);
  private static final Duration END_PATIENCE = Duration.ofSeconds(5);
  private static final List<String> ATTACKER_OPTIONS =
      List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
  private static final Pattern READY = Pattern.compile("^" + Attackers.READY);

  private final Path directory;
  private final SiegePlan plan;
  private final PrintWriter progress;
  private final Map<String, MemoryWatch> memory = new LinkedHashMap<>();

  /** The latencies during the attack, up to the last line of progress. */
  private final Histogram attacked = new Histogram(3);

  private Siege(Path directory, SiegePlan plan, PrintWriter progress) {
    this.directory = directory;
    this.plan = plan;
    this.progress = progress;
  }

  /**
   * Runs the siege.
   *
   * @param directory a new, empty directory for the server's data
   * @param progress receives progress messages
   */
  public static SiegeReport run(Path directory, SiegePlan plan, PrintWriter progress)
      throws IOException, InterruptedException {
    return new Siege(directory, plan, progress).run();
  }

  private SiegeReport run() throws IOException, InterruptedException {
    ProcessUsage.self().checkOpenFiles("this program", plan.clients() * Hostile.MAX_CONNECTIONS);
    tell("opening accounts");
    var population = populate();
    tell("starting the server as shipped");
    try (var server = Besieged.start(directory, plan, Besieged.Limits.SHIPPED);
        var users = new WellBehaved(population, server)) {
      var verdict = new SiegeVerdict(plan, server);
      users.logInOnce();
      users.talk();
      Thread.sleep(WARMUP);
      var _ = users.takeLatency();
      tell("measuring without an attack for " + plan.quiet().toSeconds() + " s");
      Thread.sleep(plan.quiet());
      verdict.quiet(users.takeLatency());
      var attack = attack(population, server, users);
      attacked.add(users.takeLatency());
      verdict.attacked(attacked, attack, memory);
      tell("the attack is over; everyone logs in");
      verdict.returned(users.allLogIn());
      users.settle();
      return verdict.report(users);
    }
  }

  private Population populate() throws InterruptedException {
    try (var server = Besieged.start(directory, plan, Besieged.Limits.LIFTED)) {
      var population = Population.open(server.plain());
      server.stop();
      return population;
    }
  }

  private Attackers.Report attack(Population population, Besieged server, WellBehaved users)
      throws IOException, InterruptedException {
    var orders =
        new AttackPlan(
            server.doors(),
            population.guestNames(),
            population.hostile(),
            population.group().value(),
            plan.clients(),
            plan.length(),
            SiegePlan.ATTACK_SHARE,
            ThreadLocalRandom.current().nextInt(1_000_000));
    var file = directory.resolve("attack.properties");
    orders.write(file);
    tell("%d hostile clients attack for %d s", plan.clients(), plan.length().toSeconds());
    var watches = new ArrayList<Thread>();
    try (var attackers =
        JavaProgram.start(Attackers.class, ATTACKER_OPTIONS, List.of(file.toString()), READY)) {
      server
          .nodes()
          .forEach((name, node) -> {
            var watch = new MemoryWatch(node.usage());
            memory.put(name, watch);
            watches.add(Thread.ofPlatform().daemon().name("memory").start(watch));
          });
      users.logInAgainAndAgain();
      await(attackers, users, server);
      users.endProbes();
      attackers.stop(END_PATIENCE);
      return Attackers.Report.last(attackers.output());
    } finally {
      watches.forEach(Thread::interrupt);
    }
  }

  /** Waits until the time is over, or the server has ended. */
  private void await(JavaProgram attackers, WellBehaved users, Besieged server)
      throws InterruptedException {
    long start = System.nanoTime();
    long nextProgress = PROGRESS.toNanos();
    long elapsed = 0;
    while (elapsed < plan.length().toNanos() && attackers.isAlive()) {
      if (!server.nodes().values().stream().allMatch(node -> node.isAlive())) {
        tell("the server has ended");
        return;
      }
      Thread.sleep(STEP);
      elapsed = System.nanoTime() - start;
      if (elapsed >= nextProgress) {
        nextProgress += PROGRESS.toNanos();
        tell(progressAt(Duration.ofNanos(elapsed), users, server));
      }
    }
  }

  private String progressAt(Duration elapsed, WellBehaved users, Besieged server) {
    var latency = users.takeLatency();
    attacked.add(latency);
    long sent = users.streams().stream().mapToLong(Stream.State::sent).sum();
    long missing = users.streams().stream().mapToLong(Stream.State::missing).sum();
    long bytes = server.nodes().values().stream().mapToLong(node -> resident(node.usage())).sum();
    return String.format(
        "%d s: %,d messages, %,d under way, p50 %.1f ms, p99 %.1f ms since the last line, %,d MiB resident",
        elapsed.toSeconds(),
        sent,
        missing,
        SiegeVerdict.millis(latency, 50),
        SiegeVerdict.millis(latency, 99),
        bytes >> 20);
  }

  private static long resident(ProcessUsage usage) {
    try {
      return usage.residentBytes();
    } catch (ProcessFailed _) {
      return 0;
    }
  }

  @FormatMethod
  private void tell(@FormatString String format, Object... values) {
    tell(String.format(format, values));
  }

  private void tell(String what) {
    progress.println("siege: " + what);
    progress.flush();
  }
}
