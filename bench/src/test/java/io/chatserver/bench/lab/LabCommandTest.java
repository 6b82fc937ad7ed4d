package io.chatserver.bench.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class LabCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return new CommandLine(new LabCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }

  @Test
  void tellsItsOptionsAndEveryKindOfFault() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).contains("--only", "--minutes", "--rate", "--seed", "--history");
    var text = out.toString().replaceAll("\\s+", " ");
    for (var kind : FaultKind.values()) {
      assertThat(text).contains(kind.toString());
      assertThat(FaultKind.of(kind.toString())).isEqualTo(kind);
    }
  }

  @Test
  void refusesAKindThatThereIsNot() {
    assertThat(run("--only=drain,flood")).isEqualTo(2);
    assertThat(err.toString()).contains("flood is none of [kill, pause, drain");
  }
}
