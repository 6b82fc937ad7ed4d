package io.chatserver.client.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.chatserver.protocol.ClientMessageId;
import io.chatserver.protocol.ConversationId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboxTest {
  private static final ConversationId GROUP = ConversationId.parse("g7");
  private static final String ODD = "\ud83d \u0000 \" \\ 你好 😀\n";

  @TempDir Path directory;

  private final List<Outgoing> onDisk = new CopyOnWriteArrayList<>();
  private final List<Outgoing> failed = new CopyOnWriteArrayList<>();

  @Test
  void whatIsOnDiskIsThereAfterAKill() throws IOException {
    var outbox = open(100);
    var messages = List.of(message(1, "one"), message(2, ODD), message(3, "x".repeat(16_384)));
    messages.forEach(outbox::add);
    await().until(() -> onDisk.size() == 3);

    // Not closed: a copy of what a killed process leaves.
    try (var after = openCopy()) {
      assertThat(after.messages()).isEqualTo(messages);
    }
    assertThat(onDisk).isEqualTo(messages);
    outbox.close();
  }

  @Test
  void whatIsSettledDoesNotComeBack() throws IOException {
    try (var outbox = open(100)) {
      outbox.add(message(1, "one"));
      outbox.add(message(2, "two"));
      await().until(() -> onDisk.size() == 2);
      outbox.settle(message(1, "one").id());
      outbox.settle(message(7, "never there").id());
    }

    try (var again = open(100)) {
      assertThat(again.messages()).containsExactly(message(2, "two"));
    }
  }

  @Test
  void refusesMoreThanItsBound() throws IOException {
    try (var outbox = open(2)) {
      outbox.add(message(1, "one"));
      outbox.add(message(2, "two"));

      assertThatThrownBy(() -> outbox.add(message(3, "three")))
          .isInstanceOf(NotQueuedException.class)
          .hasMessage("not taken: 2 messages have no outcome yet");
      outbox.settle(message(1, "one").id());
      outbox.add(message(3, "three"));
    }
  }

  @Test
  void staysSmallWhenMuchGoesThroughIt() throws IOException {
    var stays = message(0, "stays");
    try (var outbox = open(10)) {
      outbox.add(stays);
      for (int i = 1; i <= 3000; i++) {
        var message = message(i, "goes");
        outbox.add(message);
        outbox.settle(message.id());
      }
    }

    assertThat(Files.size(file())).isLessThan(200_000);
    try (var again = open(10)) {
      assertThat(again.messages()).containsExactly(stays);
    }
  }

  @Test
  void aFileThatAnotherVersionWroteIsRefusedInWords() throws IOException {
    try (var journal = Journal.open(file(), new ArrayList<>())) {
      journal.append(List.of(new byte[] {9, 0, 1, 'a'}), true);
    }

    assertThatThrownBy(() -> open(10))
        .isInstanceOf(IOException.class)
        .hasMessage("the outbox was written by another version: 9");
  }

  @Test
  void whatItCannotReadOfAnotherItLeavesThere() throws IOException {
    var other = directory.resolve("other");
    try (var journal = Journal.open(other, new ArrayList<>())) {
      journal.append(List.of(new byte[] {9, 0, 1, 'a'}), true);
    }
    try (var outbox = open(10)) {
      assertThatThrownBy(() -> outbox.adopt(other)).isInstanceOf(IOException.class);
    }

    try (var again = open(10)) {
      assertThat(again.messages()).isEmpty();
      assertThat(other).exists();
    }
  }

  private Path file() {
    return directory.resolve("outbox");
  }

  private Outbox open(int capacity) throws IOException {
    return Outbox.open(file(), capacity, recorder());
  }

  private Outbox openCopy() throws IOException {
    var copy = Files.copy(file(), directory.resolve("copy"));
    return Outbox.open(copy, 100, recorder());
  }

  private Outbox.Listener recorder() {
    return new Outbox.Listener() {
      @Override
      public void onDisk(List<Outgoing> messages) {
        onDisk.addAll(messages);
      }

      @Override
      public void failed(List<Outgoing> messages, IOException cause) {
        failed.addAll(messages);
      }
    };
  }

  private static Outgoing message(int number, String text) {
    return new Outgoing(new ClientMessageId("m" + number), GROUP, text, Instant.EPOCH);
  }
}
