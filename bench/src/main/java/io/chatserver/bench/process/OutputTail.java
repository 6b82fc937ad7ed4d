package io.chatserver.bench.process;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Reads what a process prints to the end, keeps the last lines and notices the first that matches.
 *
 * <p>Threads: any; one of its own reads.
 */
final class OutputTail {
  private static final int MAX_LINES = 400;
  private static final int MAX_ERRORS = 20;

  /** How the server, and the JVM itself, log what must not happen. */
  private static final Pattern ERROR = Pattern.compile(" ERROR |OutOf\\w*Memory");

  private final Pattern awaited;
  private final CompletableFuture<MatchResult> match = new CompletableFuture<>();

  @GuardedBy("lines") private final ArrayDeque<String> lines = new ArrayDeque<>();

  @GuardedBy("lines") private final List<String> errors = new ArrayList<>();

  @GuardedBy("lines") private long lineCount;

  @GuardedBy("lines") private long errorCount;

  private OutputTail(Pattern awaited) {
    this.awaited = awaited;
  }

  static OutputTail of(Process process, String name, Pattern awaited) {
    var tail = new OutputTail(awaited);
    var reader = process.inputReader();
    // A platform thread: a read of a pipe would hold a virtual thread's carrier.
    Thread.ofPlatform()
        .daemon()
        .name("output-of-" + name + "-" + process.pid())
        .start(() -> tail.readAll(reader));
    return tail;
  }

  /**
   * The first line that matches; fails with an {@link IOException} if the output ends without one.
   */
  CompletableFuture<MatchResult> match() {
    return match;
  }

  String text() {
    synchronized (lines) {
      return String.join("\n", lines);
    }
  }

  /** Counts all lines since the start, also those that are not kept. */
  LogCount count() {
    synchronized (lines) {
      return new LogCount(lineCount, errorCount, errors);
    }
  }

  private void readAll(BufferedReader reader) {
    try (reader) {
      for (var line = reader.readLine(); line != null; line = reader.readLine()) {
        add(line);
      }
      match.completeExceptionally(new IOException("end of output"));
    } catch (IOException e) {
      match.completeExceptionally(e);
    }
  }

  private void add(String line) {
    synchronized (lines) {
      lineCount++;
      if (ERROR.matcher(line).find()) {
        errorCount++;
        if (errors.size() < MAX_ERRORS) {
          errors.add(line);
        }
      }
      if (lines.size() == MAX_LINES) {
        lines.removeFirst();
      }
      lines.addLast(line);
    }
    if (!match.isDone()) {
      var matcher = awaited.matcher(line);
      if (matcher.find()) {
        match.complete(matcher.toMatchResult());
      }
    }
  }
}
