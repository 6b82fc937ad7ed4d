package io.chatserver.server.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Frame;
import io.chatserver.protocol.UserId;
import io.chatserver.server.config.TestConfig;
import io.chatserver.server.fault.Rejected;
import io.chatserver.server.session.RecordingConnection;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserRatesTest {
  private static final InetAddress SOMEWHERE = InetAddress.ofLiteral("192.0.2.7");
  private static final UserId ALICE = new UserId(1);
  private static final UserId BOB = new UserId(2);
  private static final Command SEND = new Command.SendDirect(BOB, "hello");

  private final Rates rates =
      new Rates(
          TestConfig.with(
                  Map.of(
                      "throttle.exempt", "192.0.2.128/25",
                      "throttle.sends", "3 then 1/h",
                      "throttle.send_bytes", "100 then 1/h",
                      "throttle.lists", "2 then 1/m",
                      "throttle.history", "0",
                      "throttle.catch_up", "64 then 64/s",
                      "throttle.signals", "1 then 1/h",
                      "throttle.refusals", "2 then 1/m"))
              .throttle());
  private final RecordingConnection connection = new RecordingConnection();
  private final UserRates alice = begin(ALICE);

  private UserRates begin(UserId user) {
    return Objects.requireNonNull(rates.begin(user, SOMEWHERE));
  }

  private void ask(UserRates user, Command command) {
    ask(user, 1L, command);
  }

  private void ask(UserRates user, @Nullable Long rid, Command command) {
    var rate = Objects.requireNonNull(Needs.of(command).rate());
    user.admit(new Frame.Request(rid, command), rate, connection);
  }

  private Rejected refusal(UserRates user, Command command) {
    return catchThrowableOfType(Rejected.class, () -> ask(user, command));
  }

  @Test
  void oneMessageTooManyIsRefusedUntilThereIsAToken() {
    for (int i = 0; i < 3; i++) {
      ask(alice, SEND);
    }

    var reply = refusal(alice, SEND).reply();
    assertThat(reply.code()).isEqualTo(ErrorCode.BUSY);
    assertThat(Objects.requireNonNull(reply.retryAfter()).toMinutes()).isBetween(55L, 60L);
    assertThat(rates.refused(RateClass.SENDS)).isEqualTo(1);
    assertThat(connection.pauses()).isEmpty();
  }

  @Test
  void missedMessagesAreNeverRefusedButWaitForTheRate() {
    assertThat(alice.catchUp(64)).isZero();
    assertThat(Duration.ofNanos(alice.catchUp(64)).toMillis()).isBetween(800L, 1000L);
    assertThat(Duration.ofNanos(alice.catchUp(64)).toMillis()).isBetween(1800L, 2000L);
    assertThat(begin(BOB).catchUp(64)).isZero();
    assertThat(rates.paused(RateClass.CATCH_UP)).isEqualTo(2);
  }

  @Test
  void eachClassHasARateOfItsOwn() {
    for (int i = 0; i < 3; i++) {
      ask(alice, SEND);
    }
    ask(alice, new Command.ListFriends());
    ask(alice, new Command.ListGroups());

    assertThat(refusal(alice, new Command.ListFriends()).reply().retryAfter()).isNotNull();
    ask(alice, new Command.AddFriend(BOB));
  }

  @Test
  void longTextsAreCountedByTheirBytes() {
    ask(alice, new Command.SendDirect(BOB, "é".repeat(40)));

    assertThat(refusal(alice, new Command.SendDirect(BOB, "é".repeat(40)))).isNotNull();
    ask(alice, SEND);
    ask(alice, SEND);
    assertThat(rates.refused(RateClass.SEND_BYTES)).isEqualTo(1);
    assertThat(rates.refused(RateClass.SENDS)).isZero();
  }

  @Test
  void whatHasNoLimitIsNotRefused() {
    for (int i = 0; i < 10_000; i++) {
      ask(alice, new Command.History(ConversationId.direct(ALICE, BOB), null, null, 1));
    }
  }

  @Test
  void aClientThatCannotBeToldIsPaused() {
    for (int i = 0; i < 3; i++) {
      ask(alice, null, SEND);
    }
    assertThat(connection.pauses()).isEmpty();

    ask(alice, null, SEND);
    assertThat(connection.pauses()).hasSize(1);
    assertThat(connection.pauses().getFirst().toMinutes()).isBetween(55L, 60L);
    assertThat(rates.paused(RateClass.SENDS)).isEqualTo(1);
  }

  @Test
  void aClientThatGoesOnThoughItIsRefusedIsNotRead() {
    ask(alice, new Command.ListFriends());
    ask(alice, new Command.ListFriends());
    for (int i = 0; i < 2; i++) {
      assertThat(refusal(alice, new Command.ListFriends())).isNotNull();
      assertThat(connection.pauses()).isEmpty();
    }

    assertThat(refusal(alice, new Command.ListFriends())).isNotNull();
    assertThat(connection.pauses()).singleElement().matches(it -> it.toSeconds() > 50);
    assertThat(rates.paused(RateClass.REFUSALS)).isEqualTo(1);
  }

  @Test
  void signalsAreNeverRefused() {
    ask(alice, new Command.Ping());
    ask(alice, new Command.Acknowledge(Map.of(), Map.of()));

    assertThat(connection.pauses()).hasSize(1);
  }

  @Test
  void theDevicesOfAUserShareAndOtherUsersDoNot() {
    for (int i = 0; i < 3; i++) {
      ask(begin(ALICE), SEND);
    }

    assertThat(refusal(alice, SEND)).isNotNull();
    ask(begin(BOB), SEND);
  }

  @Test
  void loggingInAgainDoesNotFillTheBuckets() {
    for (int i = 0; i < 3; i++) {
      ask(alice, SEND);
    }
    rates.end(alice);

    assertThat(refusal(begin(ALICE), SEND)).isNotNull();
  }

  @Test
  void anExemptAddressHasNoRates() {
    assertThat(rates.begin(ALICE, InetAddress.ofLiteral("192.0.2.200"))).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "é", "€", "😀", "aé€😀"})
  void countsBytesAsUtf8Does(String text) {
    assertThat(UserRates.utf8Length(text)).isEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
  }
}
