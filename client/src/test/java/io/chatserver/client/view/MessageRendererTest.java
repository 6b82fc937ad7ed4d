package io.chatserver.client.view;

import static io.chatserver.client.FakeServer.ALICE;
import static io.chatserver.client.FakeServer.BOB;
import static io.chatserver.client.FakeServer.FAMILY;
import static io.chatserver.client.FakeServer.NOON;
import static io.chatserver.client.FakeServer.WELCOME;
import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.client.command.AddressBook;
import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.UserId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MessageRendererTest {
  private static final ConversationId DIRECT = ConversationId.direct(ALICE, BOB);
  private static final ConversationId GROUP = ConversationId.group(FAMILY);

  private final AddressBook addressBook = new AddressBook();
  private final MessageRenderer renderer = new MessageRenderer(addressBook, ZoneOffset.UTC, false);

  @BeforeEach
  void logIn() {
    addressBook.learn(WELCOME);
  }

  @Test
  void showsADirectMessageAsTheOriginalDoes() {
    assertThat(rendered(DIRECT, BOB, "bob", "hello"))
        .isEqualTo("2026-11-21 12:00:00 [2]bob said: hello");
  }

  @Test
  void showsWhomOnesOwnMessageIsFor() {
    assertThat(rendered(DIRECT, ALICE, "alice", "hello"))
        .isEqualTo("2026-11-21 12:00:00 [1]alice to [2]bob said: hello");
    assertThat(rendered(ConversationId.direct(ALICE, new UserId(9)), ALICE, "alice", "hello"))
        .isEqualTo("2026-11-21 12:00:00 [1]alice to [9] said: hello");
  }

  @Test
  void showsTheGroup() {
    assertThat(rendered(GROUP, BOB, "bob", "hello"))
        .isEqualTo("group[7]family: 2026-11-21 12:00:00 [2]bob said: hello");
    assertThat(rendered(ConversationId.group(new GroupId(9)), BOB, "bob", "hello"))
        .isEqualTo("group[9]: 2026-11-21 12:00:00 [2]bob said: hello");
  }

  @Test
  void aNewLineCannotPassForAnotherMessage() {
    assertThat(rendered(DIRECT, BOB, "bob", "one\r\n2026-11-21 12:00:00 [3]carol said: two\n"))
        .isEqualTo(
            """
            2026-11-21 12:00:00 [2]bob said: one
                2026-11-21 12:00:00 [3]carol said: two
                \
            """);
  }

  @Test
  void aLongTextCannotEither() {
    var lines = rendered(DIRECT, BOB, "bob", "long ".repeat(100)).split("\n");

    assertThat(lines)
        .hasSizeGreaterThan(6)
        .allSatisfy(line -> assertThat(line).hasSizeLessThan(81));
    assertThat(lines[0]).startsWith("2026");
    assertThat(lines).filteredOn(line -> !line.startsWith("    long")).hasSize(1);
  }

  @Test
  void namesAndTextsCannotSteerTheTerminal() {
    assertThat(rendered(DIRECT, BOB, "b\u001b[1mob\nx", "\u001b]0;title\u0007 a\tb"))
        .isEqualTo("2026-11-21 12:00:00 [2]b␛[1mob␊x said: ␛]0;title␇ a    b");
  }

  @Test
  void aNarrowTerminalStillShowsTheText() {
    var message = new ChatMessage(DIRECT, 1, BOB, "bob", NOON, "hello you");

    assertThat(renderer.render(message, 5).toString())
        .isEqualTo("2026-11-21 12:00:00 [2]bob said: \n    hello you");
  }

  @Test
  void coloursNamesWhereItMay() {
    var message = new ChatMessage(GROUP, 1, BOB, "bob", NOON, "hello");
    var colourful = new MessageRenderer(addressBook, ZoneOffset.UTC, true);

    assertThat(colourful.render(message, 80).toAnsi()).contains("\u001b[33mbob");
    assertThat(renderer.render(message, 80).toAnsi()).doesNotContain("\u001b");
  }

  private String rendered(ConversationId conversation, UserId sender, String name, String text) {
    var message = new ChatMessage(conversation, 1, sender, name, NOON, text);
    return renderer.render(message, 80).toString();
  }
}
