package io.chatserver.bench.check;

import static io.chatserver.bench.check.Story.ANN;
import static io.chatserver.bench.check.Story.BOB;
import static io.chatserver.bench.check.Story.BOBS_OTHER;
import static io.chatserver.bench.check.Story.DIRECT;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExtractTest {
  @TempDir private Path directory;
  private final Story story = new Story();

  private Outcome outcome() {
    story.begins(ANN, Map.of(DIRECT, 0L));
    story.begins(BOB, Map.of(DIRECT, 0L)).begins(BOBS_OTHER, Map.of(DIRECT, 0L));
    for (int i = 1; i <= 3; i++) {
      story.says(ANN, DIRECT);
    }
    story.gets(BOBS_OTHER, DIRECT, 1, 2, 3).gets(BOB, DIRECT, 1, 3);
    var evidence = story.evidence();
    var settings = new Settings(4, 1, Duration.ofSeconds(1), 1, 42);
    var row = new PauseTable.Row("kill", 7, List.of(5_000_000L, 1_000_000L), List.of());
    var pauses = new PauseTable(List.of(row));
    return new Outcome(settings, pauses, evidence, Judge.judge(evidence));
  }

  @Test
  void writesWhatShowsAViolation() throws IOException {
    var files = Extract.write(outcome(), directory.resolve("new"));

    assertThat(files).hasSize(2);
    assertThat(Files.readString(files.getFirst()))
        .contains("NO_HOLE", "(seed 42)", "d1-2 2", "1 messages, from 2 on, were skipped")
        .contains("seq 2: 0.2, ts 1002", "device 1 of user 2:", "device 3  ")
        .containsPattern("(?m)^>.*PUSHED +d1-2 +seq 3: 0\\.3");
  }

  @Test
  void theVerdictIsALineAndTheRestFollows() throws IOException {
    var outcome = outcome();
    var json = new StringWriter();
    outcome.writeJson(json);

    assertThat(outcome)
        .hasToString(
            "check: VIOLATED, 3 messages acknowledged, 5 deliveries judged, 7 faults, 3 sessions,"
                + " 2 violations (seed 42)");
    assertThat(outcome.describe())
        .contains("NO_HOLE: device 1, d1-2 2, 1 messages, from 2 on, were skipped")
        .containsPattern("kill +7 +1 +5 +5 +0 +0 +0");
    assertThat(json.toString())
        .contains(
            "\"good\" : false",
            "\"no_hole\" : 1",
            "\"faults\" : 7",
            "\"acknowledged\" : [ 1.0, 5.0, 5.0 ]");
  }
}
