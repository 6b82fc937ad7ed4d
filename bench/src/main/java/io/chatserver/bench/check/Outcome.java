package io.chatserver.bench.check;

import com.fasterxml.jackson.core.JsonFactory;
import java.io.IOException;
import java.io.Writer;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;

/** What a check has come to. */
public final class Outcome {
  private final Settings settings;
  private final PauseTable pauses;
  private final Evidence evidence;
  private final Verdict verdict;

  Outcome(Settings settings, PauseTable pauses, Evidence evidence, Verdict verdict) {
    this.settings = settings;
    this.pauses = pauses;
    this.evidence = evidence;
    this.verdict = verdict;
  }

  /** Whether everything holds. */
  public boolean isGood() {
    return verdict.isGood();
  }

  /** What does not hold. */
  public Set<Invariant> violated() {
    return verdict.violations().keySet();
  }

  /** Messages that were acknowledged. */
  public long acknowledged() {
    return verdict.count(EventKind.STORED);
  }

  /** The verdict, what is violated how often, the first few cases, and how long users waited. */
  public String describe() {
    var lines = new StringJoiner("\n").add(toString());
    new TreeMap<>(verdict.violations())
        .forEach((invariant, count) ->
            lines.add("  " + invariant + " (" + invariant.text() + "): " + count));
    for (var violation : verdict.examples()) {
      lines.add(violation.invariant() + ": " + Extract.place(violation) + violation.text());
    }
    if (pauses.faultCount() > 0) {
      lines.add(pauses.toString());
    }
    return lines.toString();
  }

  /** How often each fault was made, by its kind. */
  public Map<String, Integer> faults() {
    return pauses.counts();
  }

  Evidence evidence() {
    return evidence;
  }

  Verdict verdict() {
    return verdict;
  }

  /** The verdict in a line. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "check: %s, %,d messages acknowledged, %,d deliveries judged, %,d faults, %,d sessions,"
            + " %,d violations (seed %d)",
        isGood() ? "OK" : "VIOLATED",
        acknowledged(),
        verdict.deliveries(),
        pauses.faultCount(),
        verdict.count(EventKind.SESSION),
        verdict.violationCount(),
        settings.seed());
  }

  void writeJson(Writer out) throws IOException {
    try (var json = new JsonFactory().createGenerator(out)) {
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      json.writeBooleanField("good", isGood());
      json.writeNumberField("seed", settings.seed());
      json.writeNumberField("users", settings.users());
      json.writeNumberField("groups", settings.groups());
      json.writeNumberField("seconds", settings.length().toMillis() / 1e3);
      json.writeNumberField("rate", settings.rate());
      json.writeNumberField("faults", pauses.faultCount());
      json.writeNumberField("deliveries", verdict.deliveries());
      json.writeObjectFieldStart("events");
      for (var entry : new TreeMap<>(verdict.events()).entrySet()) {
        json.writeNumberField(entry.getKey().name().toLowerCase(Locale.ROOT), entry.getValue());
      }
      json.writeEndObject();
      json.writeObjectFieldStart("violations");
      for (var entry : new TreeMap<>(verdict.violations()).entrySet()) {
        json.writeNumberField(entry.getKey().name().toLowerCase(Locale.ROOT), entry.getValue());
      }
      json.writeEndObject();
      pauses.writeJson(json);
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }
}
