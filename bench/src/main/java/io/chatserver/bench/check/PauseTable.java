package io.chatserver.bench.check;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/** How long users waited, by kind of fault; for what is measured see {@link Pauses}. */
record PauseTable(List<Row> rows) {
  private static final double[] SHARES = {0.5, 0.99, 1};
  private static final double NANOS_PER_MILLI = 1e6;

  PauseTable {
    rows = List.copyOf(rows);
  }

  /**
   * A kind of fault.
   *
   * @param times how often there was one
   * @param acknowledging the longest wait for an acknowledgement of each device at each of them
   * @param delivering the longest wait for a message that was acknowledged elsewhere
   */
  record Row(String kind, int times, List<Long> acknowledging, List<Long> delivering) {
    Row {
      acknowledging = acknowledging.stream().sorted().toList();
      delivering = delivering.stream().sorted().toList();
    }
  }

  /** Below what these shares of the waits stay. */
  private static double[] millis(List<Long> waits) {
    return Arrays.stream(SHARES)
        .map(share -> Math.ceil(share * waits.size()) - 1)
        .map(index -> index < 0 ? 0 : waits.get((int) index) / NANOS_PER_MILLI)
        .toArray();
  }

  int faultCount() {
    return rows.stream().mapToInt(Row::times).sum();
  }

  /** How often there was each kind of fault. */
  Map<String, Integer> counts() {
    return rows.stream()
        .filter(row -> row.times > 0)
        .collect(Collectors.toUnmodifiableMap(Row::kind, Row::times));
  }

  /** For a person. */
  @Override
  public String toString() {
    var lines = new StringJoiner("\n");
    lines.add(
        String.format("%-26s%33s%33s", "", "ms to be acknowledged", "ms then to be delivered"));
    lines.add("fault              times" + "        p50        p99        max".repeat(2));
    for (var row : rows) {
      var line = new StringBuilder(String.format("%-19s%5d", row.kind, row.times));
      for (var waits : List.of(row.acknowledging, row.delivering)) {
        for (double millis : millis(waits)) {
          line.append(String.format(Locale.ROOT, "%,11.0f", millis));
        }
      }
      lines.add(line);
    }
    return lines.toString();
  }

  void writeJson(JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("pauses_ms");
    for (var row : rows) {
      json.writeObjectFieldStart(row.kind);
      json.writeNumberField("times", row.times);
      writeJson(json, "acknowledged", row.acknowledging);
      writeJson(json, "delivered", row.delivering);
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static void writeJson(JsonGenerator json, String name, List<Long> waits)
      throws IOException {
    json.writeFieldName(name);
    json.writeArray(millis(waits), 0, SHARES.length);
  }
}
