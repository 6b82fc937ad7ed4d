package io.chatserver.server;

import static io.chatserver.bench.lab.FaultKind.DRAIN;
import static io.chatserver.bench.lab.FaultKind.KILL;
import static io.chatserver.bench.lab.FaultKind.LINK_CUT;
import static io.chatserver.bench.lab.FaultKind.PAUSE;
import static io.chatserver.bench.lab.FaultKind.REDIS_STOP;
import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.bench.check.Settings;
import io.chatserver.bench.lab.FaultKind;
import io.chatserver.bench.lab.Lab;
import io.chatserver.bench.lab.Tempo;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@code bin/bench lab}: the worst of what happens to a cluster, once each. */
class LabIT {
  private static final String SEED = "chatserver.seed";
  private static final List<FaultKind> KINDS = List.of(KILL, PAUSE, REDIS_STOP, LINK_CUT, DRAIN);

  @TempDir private Path directory;

  @Test
  void nothingIsLostRepeatedOrMovedWhateverHappensToACluster(TestReporter report) {
    long seed = Long.getLong(SEED, System.nanoTime());
    // The faults take longer than this.
    var settings = new Settings(16, 4, Duration.ofSeconds(10), 200, seed);
    var progress = new PrintWriter(Writer.nullWriter());
    var outcome = Lab.run(directory, KINDS, Tempo.SHORT, settings, progress);
    report.publishEntry("lab", outcome.describe());

    assertThat(outcome.isGood()).as("%s", outcome.describe()).isTrue();
    assertThat(outcome.acknowledged()).isPositive();
    assertThat(outcome.faults()).containsOnlyKeys(KINDS.stream().map(FaultKind::toString).toList());
  }
}
