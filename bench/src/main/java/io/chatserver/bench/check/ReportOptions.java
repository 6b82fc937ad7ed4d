package io.chatserver.bench.check;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say where the outcome of a check is written besides. */
public final class ReportOptions {
  @Option(
      names = "--history",
      paramLabel = "DIR",
      description = "Where what shows a violation is written: ${DEFAULT-VALUE}")
  private Path histories = Path.of("check-history");

  @Option(names = "--json", paramLabel = "FILE", description = "Write the counts as JSON, too")
  private @Nullable Path json;

  /** Reports an outcome; gives the exit code. */
  public int report(Outcome outcome, PrintWriter out) throws IOException {
    out.println(outcome.describe());
    if (!outcome.isGood()) {
      Extract.write(outcome, histories).forEach(out::println);
    }
    if (json != null) {
      try (var file = Files.newBufferedWriter(json)) {
        outcome.writeJson(file);
      }
    }
    out.flush();
    return outcome.isGood() ? 0 : 1;
  }
}
