package io.chatserver.server;

import static io.chatserver.bench.siege.Figure.Subject.DELIVERY;
import static io.chatserver.bench.siege.Figure.Subject.LIFE;
import static io.chatserver.bench.siege.Figure.Subject.LOG;
import static io.chatserver.bench.siege.Figure.Subject.LOGIN;
import static io.chatserver.bench.siege.Figure.Subject.MEMORY;
import static io.chatserver.bench.siege.Figure.Subject.RETURN;
import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.bench.siege.Siege;
import io.chatserver.bench.siege.SiegePlan;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * The short form of {@code bin/bench siege}: 20 seconds of all attacks at once. Other tests use the
 * machine meanwhile, so no latency is judged, and logins may take longer.
 */
class BesiegedServerIT {
  private static final SiegePlan.Bounds GENEROUS =
      new SiegePlan.Bounds(Duration.ofSeconds(20), Duration.ofSeconds(30));

  @TempDir private Path directory;

  @Test
  void serverUnderAttackLivesAndServesItsUsers(TestReporter reporter)
      throws IOException, InterruptedException {
    var plan =
        new SiegePlan(Duration.ofSeconds(20), Duration.ofSeconds(1), 50, false, false, GENEROUS);

    var report = Siege.run(directory, plan, new PrintWriter(Writer.nullWriter()));

    var text = new StringWriter();
    report.print(new PrintWriter(text, true));
    reporter.publishEntry("siege", text.toString());
    var judged = EnumSet.of(LIFE, LOG, MEMORY, DELIVERY, LOGIN, RETURN);
    assertThat(report.isGood(judged)).as("%s", text).isTrue();
  }
}
