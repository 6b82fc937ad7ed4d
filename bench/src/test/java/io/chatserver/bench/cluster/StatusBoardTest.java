package io.chatserver.bench.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatusBoardTest {
  private static final String CLEAR = "\033[1A\033[J";

  private final StringWriter out = new StringWriter();

  private StatusBoard board(boolean terminal) {
    return new StatusBoard(new PrintWriter(out), terminal);
  }

  private static Map<String, NodeHealth> one(String status, long connections, long messages) {
    return Map.of("node one", new NodeHealth(status, connections, messages));
  }

  @Test
  void aTerminalShowsTheLinesInPlace() {
    var board = board(true);
    board.show(one("up", 1, 2));
    board.say("hear hear");
    board.show(one("up", 1, 2));

    var line = "node one     up              1 connections       2 messages/s\n";
    assertThat(out).hasToString(line + CLEAR + "hear hear\n" + line + CLEAR + line);
  }

  @Test
  void elsewhereALineIsPrintedWhenItChanges() {
    var board = board(false);
    board.show(one("up", 1, 2));
    board.show(one("up", 1, 3));
    board.show(one("up", 2, 4));
    board.show(one("degraded", 2, 4));
    board.say("hear hear");

    assertThat(out.toString().lines().map(line -> line.replaceAll(" +", " ")))
        .containsExactly(
            "node one up 1 connections 2 messages/s",
            "node one up 2 connections 4 messages/s",
            "node one degraded 2 connections 4 messages/s",
            "hear hear");
  }
}
