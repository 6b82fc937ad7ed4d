package io.chatserver.client.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.ConversationId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CursorFileTest {
  private static final ConversationId DIRECT = ConversationId.parse("d1-2");
  private static final ConversationId GROUP = ConversationId.parse("g7");

  @TempDir Path directory;

  @Test
  void keepsTheLastStepOfEachConversation() throws IOException {
    try (var cursors = open()) {
      assertThat(cursors.get(GROUP)).isEmpty();
      for (long seq = 1; seq <= 100; seq++) {
        cursors.set(GROUP, seq);
        cursors.set(DIRECT, 2 * seq);
      }
    }

    try (var cursors = open()) {
      assertThat(cursors.all()).isEqualTo(Map.of(GROUP, 100L, DIRECT, 200L));
      cursors.set(GROUP, 5);
      assertThat(cursors.get(GROUP)).isEqualTo(OptionalLong.of(5));
    }
    assertThat(Files.size(file())).isEqualTo(64);
  }

  /** Nothing is forced or closed: this is what a killed process leaves. */
  @Test
  void everyStepIsInTheFileAtOnce() throws IOException {
    try (var cursors = open()) {
      cursors.set(GROUP, 7);

      try (var other = open()) {
        assertThat(other.get(GROUP)).isEqualTo(OptionalLong.of(7));
      }
    }
  }

  @Test
  void whatIsTornOrDamagedIsForgottenAlone() throws IOException {
    try (var cursors = open()) {
      cursors.set(GROUP, 7);
      cursors.set(DIRECT, 8);
    }
    byte[] whole = Files.readAllBytes(file());

    for (int length = 32; length < whole.length; length++) {
      Files.write(file(), Arrays.copyOf(whole, length));
      try (var cursors = open()) {
        assertThat(cursors.all()).isEqualTo(Map.of(GROUP, 7L));
      }
    }
    for (int position = 0; position < 24; position++) {
      byte[] damaged = whole.clone();
      damaged[position] ^= 0x10;
      Files.write(file(), damaged);
      try (var cursors = open()) {
        assertThat(cursors.all()).isEqualTo(Map.of(DIRECT, 8L));
      }
    }
  }

  private Path file() {
    return directory.resolve("cursors");
  }

  private CursorFile open() throws IOException {
    return CursorFile.open(file());
  }
}
