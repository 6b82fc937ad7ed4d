package io.chatserver.bench;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What a run measured, and as a table for a person.
 *
 * @param findings what else the scenario has found out, by name
 */
record Report(
    Heading heading,
    Measured measured,
    Tally tally,
    Map<String, Object> findings,
    Violations violations) {
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double NANOS_PER_MICRO = 1e3;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final long BYTES_PER_MIB = 1 << 20;

  /**
   * What was run.
   *
   * @param unit what was counted: a delivery, a login
   */
  record Heading(
      String scenario,
      String unit,
      String target,
      String wire,
      Map<String, Object> parameters,
      Duration warmup) {}

  /**
   * What was seen between the warm-up and the end.
   *
   * @param latency of all that was done, in nanoseconds
   * @param steps of a second each, the last perhaps shorter
   * @param serverMemory proportional bytes at the end, of all nodes together, null where it is not
   *     known
   */
  record Measured(
      Duration elapsed,
      Histogram latency,
      List<Step> steps,
      Meter.Sends sends,
      CpuUse cpu,
      @Nullable Long serverMemory) {
    Measured {
      steps = List.copyOf(steps);
    }

    long count() {
      return latency.getTotalCount();
    }

    double perSecond(long number) {
      return number * NANOS_PER_SECOND / elapsed.toNanos();
    }

    /** CPU microseconds for each of so many. */
    static @Nullable Double each(@Nullable Duration cpu, long number) {
      return cpu == null || number == 0 ? null : cpu.toNanos() / NANOS_PER_MICRO / number;
    }

    double latencyMillis(double percentile) {
      return millis(latency, percentile);
    }
  }

  /** A part of the time that was measured. */
  record Step(double perSecond, double p50, double p99, double max) {
    static Step of(Histogram interval, Duration length) {
      return new Step(
          interval.getTotalCount() * NANOS_PER_SECOND / length.toNanos(),
          millis(interval, 50),
          millis(interval, 99),
          millis(interval, 100));
    }
  }

  private static double millis(Histogram latency, double percentile) {
    return latency.getValueAtPercentile(percentile) / NANOS_PER_MILLI;
  }

  /** Whether everything was delivered as it should be, and anything at all. */
  boolean isGood() {
    return violations.count() == 0 && tally.lost() == 0 && measured.count() > 0;
  }

  void print(PrintWriter out) {
    var sends = measured.sends();
    out.println(title());
    row(out, plural() + "/s", "%,.0f", measured.perSecond(measured.count()));
    row(out, plural(), "%,d", measured.count());
    if (sends.made() > 0) {
      row(out, "sends/s", "%,.0f", measured.perSecond(sends.made()));
    }
    if (heading.parameters.containsKey(Talk.RATE)) {
      row(out, "sends late by over 1 ms / not made", "%,d / %,d", sends.late(), sends.notMade());
    }
    row(
        out,
        "latency ms p50 / p90 / p99 / max",
        "%.2f / %.2f / %.2f / %.2f",
        measured.latencyMillis(50),
        measured.latencyMillis(90),
        measured.latencyMillis(99),
        measured.latencyMillis(100));
    printCpu(out, "server", measured.cpu.server());
    printCpu(out, "database", measured.cpu.database());
    if (measured.cpu.relay() != null) {
      printCpu(out, "relay", measured.cpu.relay());
    }
    printCpu(out, "load generator", measured.cpu.bench());
    if (measured.serverMemory != null) {
      row(out, "server memory MiB", "%d", measured.serverMemory / BYTES_PER_MIB);
    }
    findings.forEach((name, value) -> row(out, name.replace('_', ' '), "%s", value));
    row(out, "lost", "%,d", tally.lost());
    row(out, "refused, tried again", "%,d", tally.refused());
    row(out, "violations", "%,d", violations.count());
    violations.examples().forEach(example -> out.println("    " + example));
    out.println(isGood() ? "verdict: good" : "verdict: BAD");
  }

  String plural() {
    var unit = heading.unit;
    return unit.endsWith("y") ? unit.substring(0, unit.length() - 1) + "ies" : unit + "s";
  }

  String title() {
    var parameters =
        heading.parameters.entrySet().stream()
            .map(each -> each.getKey().replace('_', ' ') + " " + each.getValue())
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "%s: %s; server %s, wire %s; %.1f s after %.1f s of warm-up",
        heading.scenario,
        parameters,
        heading.target,
        heading.wire,
        measured.elapsed.toMillis() / 1e3,
        heading.warmup.toMillis() / 1e3);
  }

  private void printCpu(PrintWriter out, String process, @Nullable Duration cpu) {
    boolean sends = measured.sends().made() > 0;
    var label = process + " CPU µs/" + heading.unit + (sends ? " / send" : "");
    var each = Measured.each(cpu, measured.count());
    if (cpu == null || each == null) {
      row(out, label, "-");
      return;
    }
    var perSend = Measured.each(cpu, measured.sends().made());
    double cores = (double) cpu.toNanos() / measured.elapsed.toNanos();
    var second = perSend == null ? "" : String.format(Locale.ROOT, " / %.1f", perSend);
    row(out, label, "%.1f%s  (%.2f cores)", each, second, cores);
  }

  @FormatMethod
  private static void row(
      PrintWriter out, String label, @FormatString String format, Object... values) {
    out.printf(Locale.ROOT, "  %-40s%s%n", label, String.format(Locale.ROOT, format, values));
  }
}
