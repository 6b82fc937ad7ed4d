package io.chatserver.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code docs/PROTOCOL.md} tells the truth. */
final class ProtocolDocumentTest {
  private static final Pattern SAID = Pattern.compile("[CS]: \\{.*");

  private static List<String> document = List.of();

  @BeforeAll
  static void read() throws IOException {
    document = Files.readAllLines(Path.of("../docs/PROTOCOL.md"));
  }

  @Test
  void everyExampleIsALineOfAGoldenFile() throws IOException {
    var golden = goldenLines();

    var examples = document.stream().filter(line -> SAID.matcher(line).matches()).toList();

    assertThat(examples).hasSizeGreaterThan(50).allMatch(golden::contains);
    assertThat(document).noneMatch(line -> line.startsWith("{"));
  }

  @Test
  void listsEveryType() {
    assertThat(rows("msgid", 2))
        .containsExactlyElementsOf(
            Arrays.stream(MessageType.values())
                .map(type -> List.of("" + type.number(), type.name()))
                .toList());
  }

  @Test
  void listsEveryError() {
    assertThat(rows("errno", 4))
        .containsExactlyElementsOf(
            Arrays.stream(ErrorCode.values())
                .map(code ->
                    List.of("" + code.number(), code.name(), code.text(), yes(code.isRetryable())))
                .toList());
  }

  @Test
  void listsEveryReasonToHangUp() {
    assertThat(rows("code", 4))
        .containsExactlyElementsOf(
            Arrays.stream(DisconnectReason.values())
                .map(reason ->
                    List.of(
                        "" + reason.number(),
                        reason.name(),
                        reason.text(),
                        yes(reason.mayReconnect())))
                .toList());
  }

  @Test
  void describesEveryRequest() {
    for (var type : Samples.commands().stream().map(Command::type).distinct().toList()) {
      var heading = type.number() + " " + type.name();
      assertThat(document).anyMatch(line -> line.startsWith("### ") && line.contains(heading));
    }
  }

  @Test
  void showsTheNumberings() {
    var names = Numbering.names().split(", ", -1);
    for (int i = 0; i < names.length; i++) {
      var numbers = Numbering.parse(names[i]).toString().replace(" ", " | ");
      assertThat(document).contains("| " + names[i] + " | " + numbers + " |");
    }
  }

  private static String yes(boolean claim) {
    return claim ? "yes" : "no";
  }

  /**
   * The first cells of the rows of the table whose first heading this is and whose second is name.
   */
  private static List<List<String>> rows(String heading, int cells) {
    int start = 0;
    while (!document.get(start).startsWith("| " + heading + " | name |")) {
      start++;
    }
    return document.stream()
        .skip(start + 2)
        .takeWhile(line -> line.startsWith("|"))
        .map(line -> Arrays.stream(line.split("\\|", -1)).skip(1).map(String::strip))
        .map(row -> row.limit(cells).toList())
        .toList();
  }

  private static Set<String> goldenLines() throws IOException {
    var golden = new HashSet<String>();
    try (var files = Files.list(Golden.DIRECTORY)) {
      for (var file : files.toList()) {
        for (var line : Files.readAllLines(file)) {
          golden.add(line.replace("<CR>", "").replace("<LF>", ""));
        }
      }
    }
    return golden;
  }
}
