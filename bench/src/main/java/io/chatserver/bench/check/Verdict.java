package io.chatserver.bench.check;

import java.util.List;
import java.util.Map;

/**
 * What was judged.
 *
 * @param events how many of each kind there were
 * @param violations how many of each invariant there were
 * @param examples the first few of each
 */
record Verdict(
    Map<EventKind, Long> events, Map<Invariant, Integer> violations, List<Violation> examples) {
  Verdict {
    events = Map.copyOf(events);
    violations = Map.copyOf(violations);
    examples = List.copyOf(examples);
  }

  boolean isGood() {
    return violations.isEmpty();
  }

  long count(EventKind kind) {
    return events.getOrDefault(kind, 0L);
  }

  /** Messages that came by themselves, in whatever form. */
  long deliveries() {
    return count(EventKind.PUSHED) + count(EventKind.PAGED);
  }

  int violationCount() {
    return violations.values().stream().mapToInt(Integer::intValue).sum();
  }
}
