package io.chatserver.bench;

import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Counts what a load does and how long it took, and keeps what it found broken.
 *
 * <p>Threads: any counts; one takes the intervals.
 */
final class Meter {
  static final long MAX_NANOS = 120_000_000_000L;
  private static final int DIGITS = 3;

  private final Recorder recorder = new Recorder(MAX_NANOS, DIGITS);
  private final LongAdder sends = new LongAdder();
  private final LongAdder late = new LongAdder();
  private final LongAdder notMade = new LongAdder();
  private final Violations violations = new Violations();

  /** Counts one that is done: a delivery, a login. */
  void done(long nanos) {
    recorder.recordValue(Math.clamp(nanos, 0, MAX_NANOS));
  }

  void sent() {
    sends.increment();
  }

  /** Counts a send that was made clearly after its time. */
  void sentLate() {
    late.increment();
  }

  /** Counts a send that was not made at all, because too much was in flight at its time. */
  void notSent() {
    notMade.increment();
  }

  Violations violations() {
    return violations;
  }

  /** What was done since the last call. */
  Histogram takeInterval() {
    return recorder.getIntervalHistogram();
  }

  /** An empty one, to add intervals to. */
  static Histogram newHistogram() {
    return new Histogram(MAX_NANOS, DIGITS);
  }

  Sends sends() {
    return new Sends(sends.sum(), late.sum(), notMade.sum());
  }

  /**
   * Messages that were sent.
   *
   * @param late of them, clearly after the time that the rate gave them
   * @param notMade besides them, those of the rate that were left out
   */
  record Sends(long made, long late, long notMade) {
    Sends since(Sends start) {
      return new Sends(made - start.made, late - start.late, notMade - start.notMade);
    }
  }
}
