package io.chatserver.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.ServerInfo;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What happens to sessions and cursors when the database was restored from a copy. */
class EpochTest {
  private final TestServer server = TestServer.start();
  private final TestUser alice = server.loggedIn("alice");
  private final TestUser bob = server.registered("bob");
  private final ConversationId conversation = ConversationId.direct(alice.id(), bob.id());

  @AfterEach
  void stop() {
    alice.close();
    bob.close();
    server.close();
  }

  private static ServerInfo info(Reply.LoggedIn login) {
    return Objects.requireNonNull(login.server());
  }

  private ServerInfo resume(TestUser device, long cursor, @Nullable String epoch) {
    device.actAs(bob);
    var resume = new Command.Resume(Map.of(conversation, cursor), epoch);
    var credentials = bob.loginCommand().credentials();
    return info(
        (Reply.LoggedIn) device.request(new Command.Login(credentials, false, resume, true)));
  }

  private static List<Long> seqs(TestUser device) {
    return device.nextMessages().stream().map(ChatMessage::seq).toList();
  }

  @Test
  void aLoginAndEachPongTellTheEpoch() {
    try (var device = server.connect()) {
      var told = resume(device, 0, null);

      assertThat(told.epoch()).matches("[0-9a-f]{16}");
      assertThat(told.version()).isNotEmpty();
      assertThat(told.features()).contains("entries", "epoch");
      assertThat(told.resumed()).isTrue();
      assertThat(((Reply.Pong) device.request(new Command.Ping())).epoch()).isEqualTo(told.epoch());
    }
    try (var stranger = server.connect()) {
      assertThat(((Reply.Pong) stranger.request(new Command.Ping())).epoch()).isNull();
    }
  }

  @Test
  void cursorsOfAnotherEpochAreIgnored() {
    for (var text : List.of("one", "two", "three")) {
      alice.say(bob, text);
    }
    try (var device = server.connect()) {
      assertThat(resume(device, 2, "0123456789abcdef").resumed()).isFalse();
      assertThat(seqs(device)).containsExactly(1L, 2L, 3L);
      device.acknowledge(conversation, 1);
    }
    try (var device = server.connect()) {
      assertThat(resume(device, 2, null).resumed()).isTrue();
      assertThat(seqs(device)).containsExactly(3L);
    }

    var epoch = server.newEpoch();

    // Within seconds.
    awaitTheEndOf(alice);
    try (var device = server.connect()) {
      assertThat(resume(device, 2, null).resumed()).isFalse();
      assertThat(seqs(device)).containsExactly(2L, 3L);
    }
    try (var device = server.connect()) {
      assertThat(resume(device, 2, epoch).resumed()).isTrue();
      assertThat(seqs(device)).containsExactly(3L);
    }
  }

  private static void awaitTheEndOf(TestUser session) {
    assertThat(session.nextPush())
        .isInstanceOfSatisfying(
            Push.Closing.class,
            closing -> assertThat(closing.reason()).isEqualTo(DisconnectReason.NEW_EPOCH));
  }

  /** The database was restored, and nobody said so: its client is served from what is stored. */
  @Test
  void aClientBehindTheEndIsServedFromTheStoredProgress() {
    for (var text : List.of("one", "two", "three")) {
      alice.say(bob, text);
    }
    try (var device = server.connect()) {
      resume(device, 0, null);
      assertThat(seqs(device)).containsExactly(1L, 2L, 3L);
      device.acknowledge(conversation, 1);
    }
    try (var device = server.connect()) {
      resume(device, 100, null);

      assertThat(seqs(device)).containsExactly(2L, 3L);
    }
  }

  /** Else a user would seem to have what is said in these places after the restore. */
  @Test
  void placesBehindTheEndArePutBack() {
    alice.say(bob, "one");
    alice.say(bob, "two");
    try (var device = server.connect()) {
      resume(device, 0, null);
      assertThat(seqs(device)).containsExactly(1L, 2L);
      device.acknowledge(conversation, 2);
    }
    await().until(() -> resumedFrom(2));
    server.execute("DELETE FROM log_entry WHERE seq = 2");

    var epoch = server.newEpoch();
    awaitTheEndOf(alice);
    try (var again = server.connect();
        var device = server.connect()) {
      again.actAs(alice);
      again.logIn();
      assertThat(again.say(bob, "another two").seq()).isEqualTo(2);
      resume(device, 1, epoch);
      assertThat(device.nextMessages()).extracting(ChatMessage::text).contains("another two");
    }
  }

  private boolean resumedFrom(long received) {
    try (var device = server.connect()) {
      device.actAs(bob);
      device.resume(Map.of());
      var reply = (Reply.Conversations) device.request(new Command.ListConversations(null));
      return reply.conversations().getFirst().own().received() == received;
    }
  }
}
