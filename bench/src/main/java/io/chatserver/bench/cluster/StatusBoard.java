package io.chatserver.bench.cluster;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A line for each node: rewritten in place on a terminal, else printed when it changes.
 *
 * <p>Threads: one.
 */
final class StatusBoard {
  private final PrintWriter out;
  private final boolean terminal;
  private final Map<String, NodeHealth> shown = new LinkedHashMap<>();

  StatusBoard(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** Shows how the nodes are, by their names. */
  void show(Map<String, NodeHealth> nodes) {
    if (terminal) {
      clear();
      nodes.forEach(this::print);
    } else {
      nodes.forEach((name, health) -> {
        var before = shown.get(name);
        if (before == null || !before.isLike(health)) {
          print(name, health);
        }
      });
    }
    shown.putAll(nodes);
    out.flush();
  }

  /** Says something besides. */
  void say(String text) {
    if (terminal) {
      clear();
    }
    out.println(text);
    if (terminal) {
      shown.forEach(this::print);
    }
    out.flush();
  }

  private void print(String name, NodeHealth health) {
    out.printf("%-12s %s%n", name, health);
  }

  /** Up, and from there all is erased. */
  private void clear() {
    if (!shown.isEmpty()) {
      out.printf("\033[%dA\033[J", shown.size());
    }
  }
}
