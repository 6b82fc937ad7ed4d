package io.chatserver.bench;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;

/**
 * Promises that a server broke: their number, and the first of them in words.
 *
 * <p>Threads: any.
 */
final class Violations {
  private static final int MAX_EXAMPLES = 20;

  @GuardedBy("this") private final List<String> examples = new ArrayList<>();

  @GuardedBy("this") private long count;

  synchronized void add(String what) {
    count++;
    if (examples.size() < MAX_EXAMPLES) {
      examples.add(what);
    }
  }

  synchronized long count() {
    return count;
  }

  synchronized List<String> examples() {
    return List.copyOf(examples);
  }
}
