package io.chatserver.bench.process;

import java.util.List;

/**
 * Counts of what a process printed since its start.
 *
 * @param lines all lines
 * @param errors lines of level ERROR, and those that tell of a lack of memory
 * @param examples the first of these
 */
public record LogCount(long lines, long errors, List<String> examples) {
  public LogCount {
    examples = List.copyOf(examples);
  }
}
