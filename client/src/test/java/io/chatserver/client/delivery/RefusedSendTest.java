package io.chatserver.client.delivery;

import static io.chatserver.client.FakeServer.NOON;
import static io.chatserver.client.delivery.SessionFixture.IN_FAMILY;
import static io.chatserver.client.delivery.SessionFixture.WITH_BOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chatserver.client.FakeServer;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Reply;
import java.time.Duration;
import java.util.HashSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which conversations wait when the server refuses a message as untimely. */
class RefusedSendTest {
  /** Longer than any test: what waits for so long is not sent in it. */
  private static final Duration VERY_LONG = Duration.ofHours(1);

  private static final Duration SOON = Duration.ofMillis(10);
  private static final int MANY = 200;

  @RegisterExtension final SessionFixture fixture = new SessionFixture();
  private final FakeServer server = fixture.server;

  private void refuseInFamily(ErrorCode code, Duration retryAfter, int times) {
    var left = new AtomicInteger(times);
    server.answerWith(command ->
        command instanceof Command.SendGroup && left.getAndDecrement() > 0
            ? new Reply.Failed(code, "", retryAfter)
            : server.friendlyAnswer(command));
  }

  @ParameterizedTest
  @EnumSource(names = {"BUSY", "INTERNAL"})
  void onlyTheConversationWaitsThatWasRefused(ErrorCode code) {
    refuseInFamily(code, VERY_LONG, Integer.MAX_VALUE);
    try (var session = fixture.loggedIn()) {
      for (int i = 0; i < MANY; i++) {
        session.send(IN_FAMILY, "family " + i);
      }
      await().until(() -> !fixture.asked(Command.SendGroup.class).isEmpty());
      for (int i = 0; i < MANY; i++) {
        session.send(WITH_BOB, "bob " + i);
      }

      await().until(() -> server.log().texts(WITH_BOB).size() == MANY);
      fixture.awaitSend("bob " + (MANY - 1) + " Stored[seq=" + MANY + ", at=" + NOON + "]");
      assertThat(fixture.asked(Command.SendGroup.class)).hasSize(1);
      assertThat(session.unsettled()).hasSize(MANY);
      assertThat(fixture.listener.sends)
          .contains("family 0 Sent[]", "family 1 Queued[]")
          .doesNotContain("family 1 Sent[]");
    }
  }

  @Test
  void aConversationThatWasRefusedGoesOnInItsOrderUnderTheSameIds() {
    int refusals = 5;
    refuseInFamily(ErrorCode.BUSY, SOON, refusals);
    try (var session = fixture.loggedIn()) {
      for (int i = 0; i < MANY; i++) {
        session.send(IN_FAMILY, "family " + i);
        session.send(WITH_BOB, "bob " + i);
      }

      await().until(() -> session.unsettled().isEmpty());
      assertThat(server.log().texts(IN_FAMILY))
          .isEqualTo(IntStream.range(0, MANY).mapToObj(i -> "family " + i).toList());
      assertThat(server.log().texts(WITH_BOB))
          .isEqualTo(IntStream.range(0, MANY).mapToObj(i -> "bob " + i).toList());
      var asked = fixture.asked(Command.SendGroup.class);
      assertThat(asked).hasSize(MANY + refusals);
      assertThat(new HashSet<>(asked)).hasSize(MANY);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"STORAGE_UNAVAILABLE", "SHUTTING_DOWN", "NOT_LOGGED_IN"})
  void allWaitWhereTheRefusalConcernsAll(ErrorCode code) {
    refuseInFamily(code, VERY_LONG, Integer.MAX_VALUE);
    try (var session = fixture.loggedIn()) {
      session.send(IN_FAMILY, "family");
      await().until(() -> !fixture.asked(Command.SendGroup.class).isEmpty());
      session.request(new Command.Ping()).join();

      session.send(WITH_BOB, "bob");
      fixture.awaitSend("bob Queued[]");
      session.request(new Command.Ping()).join();
      assertThat(fixture.asked(Command.SendDirect.class)).isEmpty();

      server.answerWith(server::friendlyAnswer);
      server.dropConnections();
      await().until(() -> session.unsettled().isEmpty());
      assertThat(server.log().texts(WITH_BOB)).containsExactly("bob");
    }
  }

  @Test
  void aWishBeyondAllMeasureIsNotGranted() {
    var reply = new Reply.Failed(ErrorCode.BUSY, "", Duration.ofSeconds(Long.MAX_VALUE));

    assertThat(Questions.retry(reply, null))
        .isBetween(Duration.ofMinutes(10), Duration.ofMinutes(15));
  }
}
