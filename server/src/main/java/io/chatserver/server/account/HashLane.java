package io.chatserver.server.account;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The waiting hashes of one key, and behind them the slots: the turns of refused connections that
 * were told when to retry. A slot is kept until its connection is closed or late.
 *
 * <p>Threads: one at a time.
 */
final class HashLane {
  private final HashPlace first;
  private final Deque<HashTask<?>> waiting = new ArrayDeque<>();
  private final Map<Applicant, Long> slots = new LinkedHashMap<>();

  /**
   * Creates an empty lane.
   *
   * @param first a place in the lane, for its kind and key
   */
  HashLane(HashPlace first) {
    this.first = first;
  }

  HashKind kind() {
    return first.kind();
  }

  Object key() {
    return first.key();
  }

  Deque<HashTask<?>> waiting() {
    return waiting;
  }

  boolean isUnused() {
    return waiting.isEmpty() && slots.isEmpty();
  }

  int slots() {
    return slots.size();
  }

  /** The number of slots before that of a connection; all slots, if it has none. */
  int slotsBefore(Applicant applicant) {
    int before = 0;
    for (var holder : slots.keySet()) {
      if (holder == applicant) {
        return before;
      }
      before++;
    }
    return before;
  }

  /** Extends a connection's slot to a deadline, or adds one at the end. */
  void keepSlot(Applicant applicant, long deadlineNanos) {
    slots.put(applicant, deadlineNanos);
  }

  void dropSlot(Applicant applicant) {
    slots.remove(applicant);
  }

  /** Drops the slots of connections that did not retry in time, and returns these connections. */
  List<Applicant> dropLateSlots(long now) {
    var late = new ArrayList<Applicant>();
    for (var slot : slots.entrySet()) {
      if (now - slot.getValue() > 0) {
        late.add(slot.getKey());
      }
    }
    late.forEach(slots::remove);
    return late;
  }
}
