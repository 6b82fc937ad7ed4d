package io.chatserver.server.account;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The lanes of one kind of hashes. They take turns, one hash each, so a lane with many hashes does
 * not delay another.
 *
 * <p>Threads: one at a time.
 */
final class HashLanes {
  private final Map<Object, HashLane> lanes = new LinkedHashMap<>();
  private int size;

  /** The number of waiting hashes in all lanes. */
  int size() {
    return size;
  }

  /** The number of lanes with a waiting hash. */
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

  /** Removes a waiting hash from any position. */
  void remove(HashLane lane, HashTask<?> task) {
    if (lane.waiting().remove(task)) {
      size--;
      tidy(lane);
    }
  }

  /** Removes a lane that is not in use. */
  void tidy(HashLane lane) {
    if (lane.isUnused()) {
      lanes.remove(lane.key());
    }
  }

  /** Removes and returns the next hash of the lanes that are ready; null if there is none. */
  @Nullable HashTask<?> poll(Predicate<HashLane> isReady) {
    for (var lane : lanes.values()) {
      if (!lane.waiting().isEmpty() && isReady.test(lane)) {
        return takeFrom(lane);
      }
    }
    return null;
  }

  /** Takes a hash and moves the lane behind the others. */
  private HashTask<?> takeFrom(HashLane lane) {
    var task = lane.waiting().remove();
    size--;
    lanes.remove(lane.key());
    if (!lane.isUnused()) {
      lanes.put(lane.key(), lane);
    }
    return task;
  }

  /** The lane with the most waiting hashes; null if none waits. */
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
