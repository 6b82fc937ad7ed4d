package io.chatserver.bench.siege;

import java.util.List;

/**
 * The resident memory of a process during an attack.
 *
 * @param samples bytes, at even intervals
 */
record MemoryUse(List<Long> samples) {
  MemoryUse {
    samples = List.copyOf(samples);
  }

  /** The mean between two fractions of the time, from 0 to 1; 0 without samples. */
  double mean(double from, double to) {
    int first = (int) (samples.size() * from);
    int last = Math.max(first + 1, (int) (samples.size() * to));
    return samples.stream()
        .skip(first)
        .limit(last - first)
        .mapToLong(Long::longValue)
        .average()
        .orElse(0);
  }

  long peak() {
    return samples.stream().mapToLong(Long::longValue).max().orElse(0);
  }

  /**
   * The mean of the last third of the time divided by that of the second and third sixth: in half
   * an hour, the last 10 minutes divided by minutes 5 to 15.
   */
  double growth() {
    double early = mean(1.0 / 6, 1.0 / 2);
    return early == 0 ? 1 : mean(2.0 / 3, 1) / early;
  }
}
