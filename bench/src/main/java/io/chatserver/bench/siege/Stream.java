package io.chatserver.bench.siege;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * The messages of one user to another. Numbers them, measures each from its due time to its
 * delivery, and checks that each is delivered once, in order, with the {@code seq} that its sender
 * received.
 *
 * <p>Threads: any.
 */
final class Stream {
  private static final long MAX_NANOS = 600_000_000_000L;
  private static final int MAX_EXAMPLES = 10;

  private final String name;
  private final Recorder latency = new Recorder(MAX_NANOS, 3);

  /** The due times of undelivered messages. */
  @GuardedBy("this") private final Map<Long, Long> due = new HashMap<>();

  /** The {@code seq} of each message that only one side knows yet. */
  @GuardedBy("this") private final Map<Long, Long> seqs = new HashMap<>();

  @GuardedBy("this") private final List<String> violations = new ArrayList<>();

  @GuardedBy("this") private long violationCount;

  @GuardedBy("this") private long sent;

  @GuardedBy("this") private long delivered;

  @GuardedBy("this") private long lastNumber;

  @GuardedBy("this") private long lastSeq;

  /** Messages up to this one may arrive out of order, because one of them was refused. */
  @GuardedBy("this") private long unordered;

  Stream(String name) {
    this.name = name;
  }

  /** Numbers a message that is due at a time of {@link System#nanoTime}. */
  synchronized long next(long dueAt) {
    sent++;
    due.put(sent, dueAt);
    return sent;
  }

  /** Records that the server acknowledged a message. */
  synchronized void stored(long number, long seq) {
    match(number, seq);
  }

  /** Records that a message must be sent again while later ones are in flight. */
  synchronized void refused() {
    unordered = sent;
  }

  /**
   * Checks a delivered message.
   *
   * @param again whether it may be a repeat, because the receiver has a new connection
   */
  synchronized void delivered(long number, long seq, long nanoTime, boolean again) {
    if (number < 1 || number > sent) {
      violated("message " + number + " was never sent");
      return;
    }
    if (seq <= lastSeq) {
      if (!again) {
        violated("seq " + seq + " of message " + number + " came after " + lastSeq);
      }
      return;
    }
    lastSeq = seq;
    var dueAt = due.remove(number);
    if (dueAt == null) {
      violated("message " + number + " was delivered twice");
      return;
    }
    if (number != lastNumber + 1 && number > unordered) {
      violated("message " + number + " came after " + lastNumber);
    }
    lastNumber = Math.max(lastNumber, number);
    delivered++;
    latency.recordValue(Math.clamp(nanoTime - dueAt, 0, MAX_NANOS));
    match(number, seq);
  }

  @GuardedBy("this") private void match(long number, long seq) {
    var other = seqs.putIfAbsent(number, seq);
    if (other != null && other != seq) {
      violated("message " + number + " has seq " + other + " for one and " + seq + " for another");
    }
  }

  /** Counts a violation. */
  synchronized void violated(String what) {
    violationCount++;
    if (violations.size() < MAX_EXAMPLES) {
      violations.add(name + ": " + what);
    }
  }

  /** The latencies of the deliveries since the last call. */
  Histogram takeLatency() {
    return latency.getIntervalHistogram();
  }

  synchronized State state() {
    return new State(sent, delivered, violationCount, violations);
  }

  /**
   * The state of the stream.
   *
   * @param violations the number of violations, without missing messages
   * @param examples the first violations
   */
  record State(long sent, long delivered, long violations, List<String> examples) {
    State {
      examples = List.copyOf(examples);
    }

    long missing() {
      return sent - delivered;
    }
  }
}
