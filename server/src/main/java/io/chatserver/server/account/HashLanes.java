package io.chatserver.server.account;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The lanes of one kind of hashes. They take turns, a hash each, so a lane with many waiting does
 * not delay another.
 *
 * <p>Threads: one at a time.
 */
final class HashLanes {
  private final Map<Object, HashLane> lanes = new LinkedHashMap<>();
  private int size;

  /** How many hashes wait in all lanes. */
  int size() {
    return size;
  }

  /** How many lanes have a hash that waits. */
  int occupied() {
    return (int) lanes.values().stream().filter(lane -> !lane.waiting().isEmpty()).count();
  }

  /** The lane of a key. */
  HashLane lane(HashPlace place) {
    return lanes.computeIfAbsent(place.key(), _ -> new HashLane(place));
  }

  Iterable<HashLane> all() {
    return lanes.values();
  }

  void add(HashLane lane, HashTask<?> task) {
    lane.waiting().add(task);
    size++;
  }

  /** Removes a hash that waits, wherever it stands. */
  void remove(HashLane lane, HashTask<?> task) {
    if (lane.waiting().remove(task)) {
      size--;
      tidy(lane);
    }
  }

  /** Forgets a lane that nobody uses. */
  void tidy(HashLane lane) {
    if (lane.isUnused()) {
      lanes.remove(lane.key());
    }
  }

  /** The hash whose turn it is, among the lanes that are ready; null if there is none. */
  @Nullable HashTask<?> poll(Predicate<HashLane> isReady) {
    for (var lane : lanes.values()) {
      if (!lane.waiting().isEmpty() && isReady.test(lane)) {
        return takeFrom(lane);
      }
    }
    return null;
  }

  /** The lane goes behind the others. */
  private HashTask<?> takeFrom(HashLane lane) {
    var task = lane.waiting().remove();
    size--;
    lanes.remove(lane.key());
    if (!lane.isUnused()) {
      lanes.put(lane.key(), lane);
    }
    return task;
  }

  /** The lane in which most hashes wait; null if none waits. */
  @Nullable HashLane longest() {
    HashLane longest = null;
    for (var lane : lanes.values()) {
      if (lane.waiting().size() > (longest == null ? 0 : longest.waiting().size())) {
        longest = lane;
      }
    }
    return longest;
  }
}
