package io.chatserver.bench;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Counts deliveries and how long they took, in nanoseconds.
 *
 * <p>Threads: any records; one takes the intervals.
 */
final class LatencyRecorder {
  static final long MAX_NANOS = 120_000_000_000L;
  private static final int DIGITS = 3;

  private final Recorder recorder = new Recorder(MAX_NANOS, DIGITS);

  void record(long nanos) {
    recorder.recordValue(Math.clamp(nanos, 0, MAX_NANOS));
  }

  /** What was recorded since the last call. */
  Histogram takeInterval() {
    return recorder.getIntervalHistogram();
  }

  /** An empty one, to add intervals to. */
  static Histogram newHistogram() {
    return new Histogram(MAX_NANOS, DIGITS);
  }
}
