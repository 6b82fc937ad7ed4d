package io.chatserver.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** What a run measured, as a table for a person and as JSON. */
record Report(Heading heading, Measured measured, Tally tally, Violations violations) {
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double NANOS_PER_MICRO = 1e3;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final long BYTES_PER_MIB = 1 << 20;
  private static final double[] PERCENTILES = {50, 90, 99, 99.9};

  /** What was run. */
  record Heading(
      String scenario,
      String target,
      String wire,
      Map<String, Object> parameters,
      Duration warmup) {}

  /**
   * What was seen between the warm-up and the end.
   *
   * @param latency of all deliveries, in nanoseconds
   * @param bySecond deliveries of each second
   * @param serverMemory proportional bytes at the end, null where it is not known
   */
  record Measured(
      Duration elapsed,
      Histogram latency,
      List<Long> bySecond,
      CpuUse cpu,
      @Nullable Long serverMemory) {
    Measured {
      bySecond = List.copyOf(bySecond);
    }

    long delivered() {
      return latency.getTotalCount();
    }

    double deliveredPerSecond() {
      return delivered() * NANOS_PER_SECOND / elapsed.toNanos();
    }

    /** CPU microseconds per delivered message. */
    @Nullable Double perMessage(@Nullable Duration cpu) {
      return cpu == null || delivered() == 0 ? null : cpu.toNanos() / NANOS_PER_MICRO / delivered();
    }

    double latencyMillis(double percentile) {
      return latency.getValueAtPercentile(percentile) / NANOS_PER_MILLI;
    }

    double maxMillis() {
      return latency.getMaxValue() / NANOS_PER_MILLI;
    }
  }

  /** Whether everything was delivered as it should be, and anything at all. */
  boolean isGood() {
    return violations.count() == 0 && tally.lost() == 0 && measured.delivered() > 0;
  }

  void print(PrintWriter out) {
    out.println(title());
    row(out, "delivered/s", "%,.0f", measured.deliveredPerSecond());
    row(
        out,
        "latency ms p50 / p90 / p99 / max",
        "%.2f / %.2f / %.2f / %.2f",
        measured.latencyMillis(50),
        measured.latencyMillis(90),
        measured.latencyMillis(99),
        measured.maxMillis());
    perMessage(out, "server CPU µs/message", measured.cpu.server());
    perMessage(out, "database CPU µs/message", measured.cpu.database());
    perMessage(out, "load generator CPU µs/message", measured.cpu.bench());
    if (measured.serverMemory != null) {
      row(out, "server memory MiB", "%d", measured.serverMemory / BYTES_PER_MIB);
    }
    row(out, "lost", "%,d", tally.lost());
    row(out, "refused, tried again", "%,d", tally.refused());
    row(out, "violations", "%,d", violations.count());
    violations.examples().forEach(example -> out.println("    " + example));
    out.println(isGood() ? "verdict: good" : "verdict: BAD");
  }

  private String title() {
    var parameters =
        heading.parameters.entrySet().stream()
            .map(each -> each.getKey().replace('_', ' ') + " " + each.getValue())
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "%s: %s; server %s, wire %s; closed loop, %.1f s after %.1f s of warm-up",
        heading.scenario,
        parameters,
        heading.target,
        heading.wire,
        measured.elapsed.toMillis() / 1e3,
        heading.warmup.toMillis() / 1e3);
  }

  private void perMessage(PrintWriter out, String label, @Nullable Duration cpu) {
    var micros = measured.perMessage(cpu);
    if (micros == null || cpu == null) {
      row(out, label, "-");
      return;
    }
    double cores = (double) cpu.toNanos() / measured.elapsed.toNanos();
    row(out, label, "%.1f  (%.2f cores)", micros, cores);
  }

  @FormatMethod
  private static void row(
      PrintWriter out, String label, @FormatString String format, Object... values) {
    out.printf(Locale.ROOT, "  %-34s%s%n", label, String.format(Locale.ROOT, format, values));
  }

  void writeJson(Writer out) throws IOException {
    try (var json = new JsonFactory().createGenerator(out)) {
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      writeHeading(json);
      json.writeNumberField("seconds", measured.elapsed.toMillis() / 1e3);
      json.writeNumberField("delivered", measured.delivered());
      json.writeNumberField("delivered_per_second", Math.round(measured.deliveredPerSecond()));
      writeLatency(json);
      json.writeObjectFieldStart("cpu_us_per_message");
      writeNumber(json, "server", measured.perMessage(measured.cpu.server()));
      writeNumber(json, "database", measured.perMessage(measured.cpu.database()));
      writeNumber(json, "bench", measured.perMessage(measured.cpu.bench()));
      json.writeEndObject();
      json.writeObjectField("server_memory_bytes", measured.serverMemory);
      json.writeNumberField("lost", tally.lost());
      json.writeNumberField("refused", tally.refused());
      json.writeNumberField("violations", violations.count());
      writeArray(json, "violation_examples", violations.examples());
      writeArray(json, "delivered_by_second", measured.bySecond);
      json.writeBooleanField("good", isGood());
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }

  private void writeHeading(JsonGenerator json) throws IOException {
    json.writeStringField("scenario", heading.scenario);
    json.writeStringField("target", heading.target);
    json.writeStringField("wire", heading.wire);
    json.writeObjectFieldStart("parameters");
    for (var parameter : heading.parameters.entrySet()) {
      json.writeObjectField(parameter.getKey(), parameter.getValue());
    }
    json.writeEndObject();
    json.writeNumberField("warmup_seconds", heading.warmup.toMillis() / 1e3);
  }

  private void writeLatency(JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("latency_ms");
    for (double percentile : PERCENTILES) {
      var name = "p" + String.valueOf(percentile).replaceAll("\\.0$", "");
      writeNumber(json, name, measured.latencyMillis(percentile));
    }
    writeNumber(json, "max", measured.maxMillis());
    json.writeEndObject();
  }

  private static void writeArray(JsonGenerator json, String field, List<?> values)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (var value : values) {
      json.writeObject(value);
    }
    json.writeEndArray();
  }

  private static void writeNumber(JsonGenerator json, String field, @Nullable Double value)
      throws IOException {
    if (value == null) {
      json.writeNullField(field);
    } else {
      json.writeNumberField(field, Math.round(value * 1000) / 1000.0);
    }
  }
}
