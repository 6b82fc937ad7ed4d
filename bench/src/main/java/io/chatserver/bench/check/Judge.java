package io.chatserver.bench.check;

import java.util.EnumMap;
import java.util.Map;

/** Decides from what was noted down which invariants hold. */
final class Judge {
  private Judge() {}

  /** Judges; the same evidence always gives the same. */
  static Verdict judge(Evidence evidence) {
    var findings = new Findings();
    var sayings = new SayingIndex(evidence.histories());
    var joins = new Joins(evidence);
    new LogRules(evidence, sayings, findings).apply();
    joins.apply(sayings, findings);
    var ladders = new PlaceLadders(evidence);
    new PlaceRules(evidence, joins, ladders, findings).apply();
    for (int device = 0; device < evidence.histories().size(); device++) {
      new DeliveryRules(evidence, device, joins, ladders, findings).apply();
    }
    return new Verdict(count(evidence), findings.counts(), findings.kept());
  }

  private static Map<EventKind, Long> count(Evidence evidence) {
    var counts = new EnumMap<EventKind, Long>(EventKind.class);
    for (var history : evidence.histories()) {
      for (var event : history.events()) {
        counts.merge(event.kind(), 1L, Long::sum);
      }
    }
    return counts;
  }
}
