package io.chatserver.server.transport;

import io.chatserver.server.transport.Admitted.State;
import io.chatserver.server.transport.ConnectionAdmission.Origin;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The groups of all addresses. Finds the largest one.
 *
 * <p>Threads: under the lock of {@link ConnectionAdmission}.
 *
 * @param <C> a connection
 */
final class AddressGroups<C> {
  private final Map<Origin, AddressGroup<C>> groups = new HashMap<>();

  /** The groups with an evictable connection, by their number of connections without a session. */
  private final TreeMap<Integer, SequencedSet<AddressGroup<C>>> bySize = new TreeMap<>();

  private int sessions;

  int size() {
    return groups.size();
  }

  /** The sessions of all groups. */
  int sessions() {
    return sessions;
  }

  AddressGroup<C> of(Origin origin) {
    return groups.computeIfAbsent(origin, AddressGroup::new);
  }

  /** The group with the most connections without a session, among those with an evictable one. */
  @Nullable AddressGroup<C> largest() {
    var last = bySize.lastEntry();
    return last == null ? null : last.getValue().getFirst();
  }

  /** Adds a connection without a group to a group. */
  void enter(Admitted<C> entry, AddressGroup<C> group, State state) {
    int before = sizeOf(group);
    sessions += state == State.LOGGED_IN ? 1 : 0;
    group.enter(entry, state);
    reindex(group, before);
  }

  /** Changes the state of a connection that belongs to a group; ignores any other. */
  void move(Admitted<C> entry, State state) {
    var group = entry.group;
    if (group != null && entry.state != state) {
      int before = sizeOf(group);
      sessions += (state == State.LOGGED_IN ? 1 : 0) - (entry.state == State.LOGGED_IN ? 1 : 0);
      group.move(entry, state);
      reindex(group, before);
    }
  }

  /** Takes a connection out of its group, if it belongs to one. */
  void leave(Admitted<C> entry) {
    var group = entry.group;
    if (group != null) {
      int before = sizeOf(group);
      sessions -= entry.state == State.LOGGED_IN ? 1 : 0;
      group.leave(entry);
      reindex(group, before);
      dropIfEmpty(group);
    }
  }

  void dropIfEmpty(AddressGroup<C> group) {
    if (group.isEmpty()) {
      groups.remove(group.origin());
    }
  }

  /** The key of a group in {@code bySize}; 0 if none of its connections may be closed. */
  private static int sizeOf(AddressGroup<?> group) {
    return group.hasEvictable() ? group.loggedOut() : 0;
  }

  private void reindex(AddressGroup<C> group, int before) {
    int now = sizeOf(group);
    if (now == before) {
      return;
    }
    bySize.computeIfPresent(
        before,
        (_, same) -> {
          same.remove(group);
          return same.isEmpty() ? null : same;
        });
    if (now > 0) {
      bySize.computeIfAbsent(now, _ -> new LinkedHashSet<>()).add(group);
    }
  }
}
