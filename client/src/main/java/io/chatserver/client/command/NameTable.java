package io.chatserver.client.command;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Names by id: those that were used last, so that a client which runs for months does not fill the
 * memory with everyone it ever heard of.
 *
 * <p>Threads: any.
 */
final class NameTable<I> {
  static final int MAX_NAMES = 10_000;

  @GuardedBy("this") private final LinkedHashMap<I, String> names = new LinkedHashMap<>(16, 0.75f, true);

  synchronized void put(I id, String name) {
    names.put(id, name);
    if (names.size() > MAX_NAMES) {
      names.pollFirstEntry();
    }
  }

  synchronized void clear() {
    names.clear();
  }

  /** The name of an id; empty where it is not known. */
  synchronized String of(I id) {
    var name = names.get(id);
    return name == null ? "" : name;
  }

  synchronized List<String> all() {
    return List.copyOf(names.values());
  }

  /** Who has a name. */
  synchronized List<I> named(String name) {
    return names.entrySet().stream()
        .filter(entry -> entry.getValue().equals(name))
        .map(Map.Entry::getKey)
        .toList();
  }
}
