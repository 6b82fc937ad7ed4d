package io.chatserver.bench.check;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Collects violations: counts all, and keeps the first few of each kind.
 *
 * <p>Threads: one.
 */
final class Findings {
  private static final int MOST_OF_A_KIND = 4;

  private final Map<Invariant, Integer> counts = new EnumMap<>(Invariant.class);
  private final List<Violation> kept = new ArrayList<>();

  /** What an event of a device's history shows. */
  void add(Invariant invariant, int device, Event event, String text) {
    add(new Violation(invariant, device, event.conversation(), event.seq(), event.index(), text));
  }

  /** What the log shows. */
  void add(Invariant invariant, long conversation, long seq, String text) {
    add(new Violation(invariant, Violation.NONE, conversation, seq, Violation.NONE, text));
  }

  void add(Violation violation) {
    int count = counts.merge(violation.invariant(), 1, Integer::sum);
    if (count <= MOST_OF_A_KIND) {
      kept.add(violation);
    }
  }

  Map<Invariant, Integer> counts() {
    return counts;
  }

  /** The first few of each kind. */
  List<Violation> kept() {
    return kept;
  }
}
