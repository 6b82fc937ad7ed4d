package io.chatserver.bench.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class CheckCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return new CommandLine(new CheckCommand())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }

  @Test
  void tellsItsOptions() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).contains("--start", "--kills", "--seed", "--history");
  }

  @Test
  void refusesWhatMakesNoSense() {
    assertThat(run("--kills=1")).isEqualTo(2);
    assertThat(run("--start=sqlite", "127.0.0.1")).isEqualTo(2);
    assertThat(run("--users=3")).isEqualTo(2);
    assertThat(run("127.0.0.1", "no-port")).isEqualTo(2);
    assertThat(err.toString())
        .contains("--kills needs --start", "either --start or HOST PORT", "users must be from 4")
        .contains("not a port: no-port");
  }
}
