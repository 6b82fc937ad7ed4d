package io.chatserver.bench.siege;

import com.fasterxml.jackson.core.JsonFactory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;

/**
 * The results of a siege.
 *
 * @param title the kind of server and attack
 * @param attack the counts of the hostile clients
 * @param notes further remarks
 */
public record SiegeReport(
    String title, List<Figure> figures, Attackers.Report attack, List<String> notes) {
  public SiegeReport {
    figures = List.copyOf(figures);
    notes = List.copyOf(notes);
  }

  /** Whether all figures hold. */
  public boolean isGood() {
    return figures.stream().allMatch(Figure::holds);
  }

  /** Whether all figures about some subjects hold. */
  public boolean isGood(Set<Figure.Subject> subjects) {
    return figures.stream()
        .filter(figure -> subjects.contains(figure.subject()))
        .allMatch(Figure::holds);
  }

  /** The subjects with a violated bound. */
  public Set<Figure.Subject> violated() {
    var subjects = EnumSet.noneOf(Figure.Subject.class);
    figures.stream()
        .filter(figure -> !figure.holds())
        .forEach(figure -> subjects.add(figure.subject()));
    return subjects;
  }

  /** Prints the report as tables. */
  public void print(PrintWriter out) {
    out.println(title);
    out.println();
    row(out, "", "found", "bound", "");
    for (var figure : figures) {
      var verdict = figure.holds() ? "ok" : "VIOLATED";
      row(out, figure.name(), figure.value(), figure.bound(), verdict);
    }
    out.println();
    out.printf(
        "  %-20s %11s %12s %10s %10s %10s %8s%n",
        "attack", "connections", "KiB sent", "answered", "refused", "closed", "failed");
    new TreeMap<>(attack.counts())
        .forEach((kind, sums) ->
            out.printf(
                Locale.ROOT,
                "  %-20s %,11d %,12d %,10d %,10d %,10d %,8d%n",
                kind,
                sums.connections(),
                sums.bytes() / 1024,
                sums.answered(),
                sums.refused(),
                sums.closed(),
                sums.failed()));
    out.println();
    notes.forEach(note -> out.println("  " + note));
    out.println("siege: " + (isGood() ? "OK" : "VIOLATED"));
    out.flush();
  }

  private static void row(
      PrintWriter out, String name, String value, String bound, String verdict) {
    out.printf("  %-44s %-26s %-34s %s%n", name, value, bound, verdict);
  }

  /** Writes the report as JSON. */
  void writeJson(Writer out) throws IOException {
    try (var json = new JsonFactory().createGenerator(out)) {
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      json.writeStringField("title", title);
      json.writeBooleanField("good", isGood());
      json.writeArrayFieldStart("figures");
      for (var figure : figures) {
        json.writeStartObject();
        json.writeStringField("name", figure.name());
        json.writeStringField("value", figure.value());
        json.writeStringField("bound", figure.bound());
        json.writeBooleanField("holds", figure.holds());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeObjectFieldStart("attacks");
      for (var entry : new TreeMap<>(attack.counts()).entrySet()) {
        json.writeObjectFieldStart(entry.getKey().toString());
        json.writeNumberField("connections", entry.getValue().connections());
        json.writeNumberField("bytes", entry.getValue().bytes());
        json.writeNumberField("answered", entry.getValue().answered());
        json.writeNumberField("refused", entry.getValue().refused());
        json.writeNumberField("closed", entry.getValue().closed());
        json.writeNumberField("failed", entry.getValue().failed());
        json.writeEndObject();
      }
      json.writeEndObject();
      json.writeArrayFieldStart("notes");
      for (var note : notes) {
        json.writeString(note);
      }
      json.writeEndArray();
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }
}
