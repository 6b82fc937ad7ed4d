package io.chatserver.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.Reply;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A clock that is put back shows in the times of messages, and nowhere else. */
class ClockTest {
  private final SteppingClock clock = new SteppingClock();

  @Test
  void messagesKeepTheirOrder() {
    try (var server = TestServer.start(clock);
        var alice = server.loggedIn("alice");
        var bob = server.loggedIn("bob");
        var device = server.connect()) {
      var conversation = ConversationId.direct(alice.id(), bob.id());
      var begin = clock.instant();
      var sent = new ArrayList<Reply.Sent>();
      for (int i = 1; i <= 5; i++) {
        sent.add(alice.say(bob, "text " + i));
        // The time rises by a microsecond where the clock was put back.
        var time = begin.plus(i - 1, ChronoUnit.MICROS).truncatedTo(ChronoUnit.MILLIS);
        assertThat(sent.getLast()).isEqualTo(new Reply.Sent(conversation, i, time));
        clock.step(Duration.ofHours(-i));
      }

      var live = new ArrayList<ChatMessage>();
      for (int i = 0; i < 5; i++) {
        live.add(bob.nextMessage());
      }
      assertThat(live)
          .extracting(message -> new Reply.Sent(conversation, message.seq(), message.sentAt()))
          .isEqualTo(sent);
      assertThat(
              ((Reply.History) alice.request(new Command.History(conversation, null, null, 9)))
                  .messages())
          .isEqualTo(live);
      device.actAs(bob);
      device.resume(Map.of(conversation, 2L));
      assertThat(device.nextPage().messages()).isEqualTo(live.subList(2, 5));
    }
  }

  @Test
  void cursorsAreStoredAndRepeatsKnown() {
    try (var server = TestServer.start(clock);
        var alice = server.loggedIn("alice");
        var bob = server.registered("bob")) {
      var first = alice.say(bob.id(), "one", "a1");
      clock.step(Duration.ofDays(-400));
      assertThat(alice.say(bob.id(), "one", "a1")).isEqualTo(first);
      alice.say(bob, "two");
      bob.resume(Map.of());
      assertThat(bob.nextPage().messages()).hasSize(2);
      bob.acknowledge(first.conversation(), 1);
      clock.step(Duration.ofDays(-400));
      bob.logOut();

      bob.resume(Map.of());
      assertThat(bob.nextPage().messages()).extracting(ChatMessage::text).containsExactly("two");
      assertThat(bob.isServed()).isTrue();
      alice.createGroup("a group");
      alice.befriend(bob);
    }
  }

  @Test
  void aCppClientGetsEachConversationInItsOrder() {
    try (var server = TestServer.start(clock);
        var alice = server.loggedIn("alice");
        var bob = server.loggedIn("bob");
        var carol = server.legacyLoggedIn("carol")) {
      carol.logOut();
      alice.say(carol.userId(), "alice 1");
      clock.step(Duration.ofHours(-1));
      bob.say(carol.userId(), "bob 1");
      clock.step(Duration.ofHours(-1));
      alice.say(carol.userId(), "alice 2");
      bob.say(carol.userId(), "bob 2");

      var texts = new ArrayList<String>();
      carol
          .logIn()
          .path("offlinemsg")
          .forEach(each -> texts.add(LegacyUser.parseString(each).get("msg").textValue()));
      assertThat(texts).containsSubsequence("alice 1", "alice 2");
      assertThat(texts).containsSubsequence("bob 1", "bob 2");
      assertThat(texts).hasSize(4);
    }
  }
}
