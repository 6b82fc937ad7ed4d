package io.chatserver.bench.siege;

import static io.chatserver.bench.siege.Figure.Subject.ATTACK;
import static io.chatserver.bench.siege.Figure.Subject.DELIVERY;
import static io.chatserver.bench.siege.Figure.Subject.LATENCY;
import static io.chatserver.bench.siege.Figure.Subject.LIFE;
import static io.chatserver.bench.siege.Figure.Subject.LOG;
import static io.chatserver.bench.siege.Figure.Subject.LOGIN;
import static io.chatserver.bench.siege.Figure.Subject.MEMORY;
import static io.chatserver.bench.siege.Figure.Subject.RETURN;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import io.chatserver.bench.process.RestartableProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Computes the figures of a siege from its measurements. */
final class SiegeVerdict {
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double MIB = 1 << 20;
  private static final double MOST_MILLIS = 250;
  private static final double MOST_TIMES = 5;
  private static final double MOST_GROWTH = 1.05;

  /** The budget holds only on average, because work that has begun is finished. */
  private static final double SHARE_TOLERANCE = 1.1;

  /** The length from which growth is judged: after this time the heap has reached its size. */
  private static final Duration LONG = Duration.ofMinutes(10);

  /**
   * In a shorter siege a server may fill its heap and use this much more. Code, classes, stacks,
   * the database's cache and the buffers of connections take less than 200 MiB. Without bounds,
   * strangers made a server use 700 MiB within seconds.
   */
  private static final double MOST_BESIDES_HEAP = 256 * MIB;

  private final SiegePlan plan;
  private final Map<String, RestartableProcess> nodes;
  private final Map<String, Long> pids = new LinkedHashMap<>();
  private final Map<String, Long> heaps = new LinkedHashMap<>();
  private final List<Figure> figures = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private Histogram quiet = new Histogram(3);
  private Attackers.Report attack = new Attackers.Report(0, Map.of());

  SiegeVerdict(SiegePlan plan, Besieged server) {
    this.plan = plan;
    nodes = server.nodes();
    nodes.forEach((name, node) -> {
      pids.put(name, node.pid());
      heaps.put(name, node.usage().heapLimitBytes());
    });
  }

  /** Adds the latencies of the quiet time. */
  void quiet(Histogram latency) {
    quiet = latency;
    note("without an attack: p50 %.1f ms, p99 %.1f ms", millis(latency, 50), millis(latency, 99));
  }

  /** Adds the measurements of the attack. */
  void attacked(Histogram latency, Attackers.Report made, Map<String, MemoryWatch> memory) {
    attack = made;
    double p99 = millis(latency, 99);
    double quietP99 = millis(quiet, 99);
    note(
        "under attack: p50 %.1f ms, p99 %.1f ms, longest %.0f ms",
        millis(latency, 50), p99, millis(latency, 100));
    boolean any = latency.getTotalCount() > 0;
    add(LATENCY, "p99 of deliveries", ms(p99), "at most 250 ms", any && p99 <= MOST_MILLIS);
    add(
        LATENCY,
        "p99 against the quiet time",
        format("%.1f times (%.1f ms)", p99 / quietP99, quietP99),
        "at most 5 times",
        any && p99 <= MOST_TIMES * quietP99);
    memory.forEach((name, watch) -> judgeMemory(name, watch.use()));
    judgeAttack();
  }

  private void judgeMemory(String name, MemoryUse use) {
    var peak = format("%.0f MiB at most", use.peak() / MIB);
    if (plan.length().compareTo(LONG) >= 0) {
      double growth = use.growth();
      var value = format("%.3f times (%s)", growth, peak);
      var bound = "last third 1.05 times minutes 5 to 15";
      add(MEMORY, "memory of " + name, value, bound, growth <= MOST_GROWTH && use.peak() > 0);
      return;
    }
    double most = heaps.getOrDefault(name, 0L) + MOST_BESIDES_HEAP;
    var bound = format("heap and 256 MiB: %.0f MiB", most / MIB);
    add(MEMORY, "memory of " + name, peak, bound, use.peak() > 0 && use.peak() <= most);
  }

  private void judgeAttack() {
    var idle =
        List.of(AttackKind.values()).stream()
            .filter(kind -> isIdle(attack.counts().get(kind)))
            .map(AttackKind::toString)
            .toList();
    boolean allKinds = plan.clients() >= AttackKind.values().length;
    add(
        ATTACK,
        "kinds of attack that were made",
        AttackKind.values().length - idle.size() + " of " + AttackKind.values().length,
        allKinds ? "all" : "some",
        allKinds ? idle.isEmpty() : idle.size() < AttackKind.values().length);
    if (!idle.isEmpty()) {
      note("not made: %s", String.join(", ", idle));
    }
    double most = SiegePlan.ATTACK_SHARE * SHARE_TOLERANCE;
    add(
        ATTACK,
        "CPU of the hostile clients (nice 19)",
        format("%.2f cores", attack.cpu()),
        format("%.1f cores", SiegePlan.ATTACK_SHARE),
        attack.cpu() > 0 && attack.cpu() <= most);
    if (attack.cpu() < SiegePlan.ATTACK_SHARE / 2) {
      note("the machine left the hostile clients %.2f cores: the attack was weak", attack.cpu());
    }
  }

  private static boolean isIdle(AttackCount.@Nullable Sums sums) {
    return sums == null || sums.connections() == 0;
  }

  /** Adds the logins after the attack. */
  void returned(WellBehaved.Return back) {
    var most = plan.bounds().back();
    add(
        RETURN,
        "everyone has logged in again",
        format("%.1f s", seconds(back.time())),
        format("within %.0f s", seconds(most)),
        back.left().isEmpty() && back.time().compareTo(most) <= 0);
    if (!back.left().isEmpty()) {
      note("not in again: %d, the first %s", back.left().size(), back.left().getFirst());
    }
  }

  /** Creates the report, after the users have settled. */
  SiegeReport report(WellBehaved users) {
    nodes.forEach(this::judgeLife);
    judgeDelivery(users);
    users.probes().forEach(this::judgeLogins);
    var title =
        format(
            "siege: %s%s, %d hostile clients for %.0f s",
            plan.cluster() ? "two nodes behind nginx" : "the embedded server",
            plan.tls() ? ", plain and TLS" : "",
            plan.clients(),
            seconds(plan.length()));
    figures.sort((one, other) -> one.subject().compareTo(other.subject()));
    return new SiegeReport(title, figures, attack, notes);
  }

  private void judgeLife(String name, RestartableProcess node) {
    boolean lives = node.isAlive() && Long.valueOf(node.pid()).equals(pids.get(name));
    add(LIFE, name, lives ? "lives" : "has ended", "lives", lives);
    if (!lives) {
      node.output()
          .lines()
          .skip(Math.max(0, node.output().lines().count() - 5))
          .forEach(notes::add);
    }
    var log = node.logCount();
    var value = format("%,d (of %,d lines)", log.errors(), log.lines());
    add(LOG, "lines of errors of " + name, value, "0", log.errors() == 0);
    log.examples().stream().limit(5).forEach(notes::add);
  }

  private void judgeDelivery(WellBehaved users) {
    long sent = 0;
    long missing = 0;
    long violations = 0;
    for (var stream : users.streams()) {
      sent += stream.sent();
      missing += stream.missing();
      violations += stream.violations();
      stream.examples().forEach(notes::add);
    }
    var lost = format("%,d of %,d", missing, sent);
    add(DELIVERY, "messages that were not delivered", lost, "0", missing == 0 && sent > 0);
    add(DELIVERY, "repeated, out of order, wrong", format("%,d", violations), "0", violations == 0);
    long cutOff = users.talkers().stream().mapToLong(Talker::cutOff).sum();
    long refusals = users.talkers().stream().mapToLong(Talker::refusals).sum();
    note("the talkers were cut off %d times, and refused %d times", cutOff, refusals);
    users.talkers().stream()
        .filter(talker -> talker.cutOff() > 0)
        .forEach(talker -> note("cut off last: %s", talker.lastEnding()));
  }

  private void judgeLogins(LoginProbe probe) {
    var found = probe.found();
    var most = plan.bounds().login();
    add(
        LOGIN,
        "longest login from " + probe.source(),
        format("%.2f s (%d, %d failed)", seconds(found.longest()), found.done(), found.failed()),
        format("at most %.0f s", seconds(most)),
        found.failed() == 0 && found.done() > 0 && found.longest().compareTo(most) <= 0);
    if (found.failed() > 0) {
      note("a login failed: %s", found.lastFailure());
    }
  }

  private void add(Figure.Subject subject, String name, String value, String bound, boolean holds) {
    figures.add(new Figure(subject, name, value, bound, holds));
  }

  @FormatMethod
  private void note(@FormatString String format, Object... values) {
    notes.add(String.format(Locale.ROOT, format, values));
  }

  @FormatMethod
  private static String format(@FormatString String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  static double millis(Histogram latency, double percentile) {
    return latency.getValueAtPercentile(percentile) / NANOS_PER_MILLI;
  }

  private static String ms(double millis) {
    return format("%.1f ms", millis);
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1e3;
  }
}
