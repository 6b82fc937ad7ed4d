package io.chatserver.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The wire is what {@code src/test/resources/golden} shows, byte for byte. */
final class GoldenTest {
  @TestFactory
  Stream<DynamicTest> isAsTheFileShows() {
    return GoldenExchanges.all().stream()
        .map(exchange -> DynamicTest.dynamicTest(exchange.name, () -> replay(exchange)));
  }

  @Test
  void everyFileIsReplayed() throws IOException {
    try (var files = Files.list(Golden.DIRECTORY)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(
              GoldenExchanges.all().stream().map(exchange -> exchange.name + ".txt").toList());
    }
  }

  private static void replay(Exchange exchange) throws IOException {
    var lines = new ArrayDeque<>(Golden.lines(exchange.name));
    var reader = new RequestReader();
    for (var frame : exchange.frames) {
      if (frame instanceof Frame.Request || frame instanceof Frame.Malformed) {
        byte[] bytes = Golden.bytes(Golden.CLIENT, lines.removeFirst());
        assertThat(Wire.decode(reader, bytes)).containsExactly(frame);
        checkOurClient(frame, bytes);
      } else {
        checkServer(
            frame, exchange.name.startsWith("modern") ? WireForm.MODERN : reader.form(), lines);
      }
    }
    assertThat(lines).isEmpty();
    assertThat(reader.form()).isEqualTo(exchange.form);
  }

  private static void checkServer(Frame frame, WireForm form, Deque<String> lines) {
    for (var piece : Wire.write(frame, form)) {
      var expected = Golden.bytes(Golden.SERVER, lines.removeFirst());
      assertThat(new String(piece, UTF_8)).isEqualTo(new String(expected, UTF_8));
    }
  }

  /** Our client says the same in the same bytes. */
  private static void checkOurClient(Frame frame, byte[] bytes) {
    if (frame instanceof Frame.Request request && request.rid() != null) {
      assertThat(new String(Wire.write(request), UTF_8)).isEqualTo(new String(bytes, UTF_8));
    }
  }
}
