package io.chatserver.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A {@link Report} as JSON, for programs that compare runs. */
final class JsonReport {
  private static final double[] PERCENTILES = {50, 90, 99, 99.9};

  private final Report report;
  private final Report.Measured measured;
  private final JsonGenerator json;

  private JsonReport(Report report, JsonGenerator json) {
    this.report = report;
    this.measured = report.measured();
    this.json = json;
  }

  static void write(Report report, Writer out) throws IOException {
    try (var json = new JsonFactory().createGenerator(out)) {
      json.useDefaultPrettyPrinter();
      new JsonReport(report, json).write();
      json.writeRaw('\n');
    }
  }

  private void write() throws IOException {
    var sends = measured.sends();
    json.writeStartObject();
    writeHeading();
    json.writeNumberField("seconds", seconds(measured.elapsed()));
    json.writeNumberField("count", measured.count());
    json.writeNumberField("per_second", Math.round(measured.perSecond(measured.count())));
    json.writeNumberField("sends", sends.made());
    json.writeNumberField("sends_late", sends.late());
    json.writeNumberField("sends_not_made", sends.notMade());
    writeLatency();
    writeCpu("cpu_us_per_" + report.heading().unit(), measured.count());
    writeCpu("cpu_us_per_send", sends.made());
    json.writeObjectField("server_memory_bytes", measured.serverMemory());
    writeMap("findings", report.findings());
    json.writeNumberField("lost", report.tally().lost());
    json.writeNumberField("refused", report.tally().refused());
    json.writeNumberField("violations", report.violations().count());
    writeExamples(report.violations().examples());
    writeSteps();
    json.writeBooleanField("good", report.isGood());
    json.writeEndObject();
  }

  private void writeHeading() throws IOException {
    var heading = report.heading();
    json.writeStringField("scenario", heading.scenario());
    json.writeStringField("unit", heading.unit());
    json.writeStringField("target", heading.target());
    json.writeStringField("wire", heading.wire());
    writeMap("parameters", heading.parameters());
    json.writeNumberField("warmup_seconds", seconds(heading.warmup()));
  }

  private void writeLatency() throws IOException {
    json.writeObjectFieldStart("latency_ms");
    for (double percentile : PERCENTILES) {
      var name = "p" + String.valueOf(percentile).replaceAll("\\.0$", "");
      writeNumber(name, measured.latencyMillis(percentile));
    }
    writeNumber("max", measured.latencyMillis(100));
    json.writeEndObject();
  }

  private void writeCpu(String field, long number) throws IOException {
    json.writeObjectFieldStart(field);
    writeNumber("server", Report.Measured.each(measured.cpu().server(), number));
    writeNumber("database", Report.Measured.each(measured.cpu().database(), number));
    writeNumber("relay", Report.Measured.each(measured.cpu().relay(), number));
    writeNumber("bench", Report.Measured.each(measured.cpu().bench(), number));
    json.writeEndObject();
  }

  private void writeMap(String field, Map<String, Object> values) throws IOException {
    json.writeObjectFieldStart(field);
    for (var each : values.entrySet()) {
      json.writeObjectField(each.getKey(), each.getValue());
    }
    json.writeEndObject();
  }

  private void writeExamples(List<String> examples) throws IOException {
    json.writeArrayFieldStart("violation_examples");
    for (var example : examples) {
      json.writeString(example);
    }
    json.writeEndArray();
  }

  private void writeSteps() throws IOException {
    json.writeArrayFieldStart("by_second");
    for (var step : measured.steps()) {
      json.writeStartObject();
      json.writeNumberField("per_second", Math.round(step.perSecond()));
      writeNumber("p50_ms", step.p50());
      writeNumber("p99_ms", step.p99());
      writeNumber("max_ms", step.max());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void writeNumber(String field, @Nullable Double value) throws IOException {
    if (value == null) {
      json.writeNullField(field);
    } else {
      json.writeNumberField(field, Math.round(value * 1000) / 1000.0);
    }
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1e3;
  }
}
