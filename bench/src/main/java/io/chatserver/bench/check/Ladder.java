package io.chatserver.bench.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A number that only grows, with the times at which it was seen: how far was it by then? */
final class Ladder {
  private record Rung(long at, long value) {}

  private final List<Rung> rungs = new ArrayList<>();
  private boolean sorted = true;

  /** It was seen to be so far, at least. */
  void add(long at, long value) {
    // Most repeat what is known: those of one device come in order of time.
    if (rungs.isEmpty() || rungs.getLast().value < value || rungs.getLast().at > at) {
      rungs.add(new Rung(at, value));
      sorted = false;
    }
  }

  /** How far it is known to have been before a time; 0 if nothing is known. */
  long before(long at) {
    sort();
    int from = 0;
    int to = rungs.size();
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (rungs.get(middle).at < at) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from == 0 ? 0 : rungs.get(from - 1).value;
  }

  private void sort() {
    if (sorted) {
      return;
    }
    var all = rungs.stream().sorted(Comparator.comparingLong(Rung::at)).toList();
    rungs.clear();
    long highest = 0;
    for (var rung : all) {
      if (rung.value > highest) {
        highest = rung.value;
        rungs.add(rung);
      }
    }
    sorted = true;
  }
}
