package io.chatserver.server.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.UserId;
import io.chatserver.server.session.RecordingConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PageTurnsTest {
  private static final UserId ALICE = new UserId(1);
  private static final UserId BOB = new UserId(2);
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final List<String> begun = new ArrayList<>();
  private final RecordingConnection desk = new RecordingConnection();
  private final RecordingConnection phone = new RecordingConnection();
  private final PageTurns turns = new PageTurns(PATIENCE);

  private PageTurns.Turn take(PageTurns line, RecordingConnection connection, String name) {
    var turn = line.take(ALICE, connection, () -> begun.add(name));
    connection.runLoop();
    return turn;
  }

  @Test
  void aUsersPagesComeOneAtATimeInOrder() {
    var first = take(turns, desk, "first");
    var second = take(turns, phone, "second");
    take(turns, desk, "third");
    assertThat(begun).containsExactly("first");

    first.end();
    first.end();
    phone.runLoop();
    desk.runLoop();
    assertThat(begun).containsExactly("first", "second");

    second.end();
    desk.runLoop();
    assertThat(begun).containsExactly("first", "second", "third");
  }

  @Test
  void usersDoNotWaitForEachOther() {
    take(turns, desk, "alice");
    turns.take(BOB, phone, () -> begun.add("bob"));
    phone.runLoop();

    assertThat(begun).containsExactly("alice", "bob");
  }

  @Test
  void aTurnThatIsGivenUpIsPassedOverAndNothingStays() {
    var first = take(turns, desk, "first");
    var second = take(turns, phone, "second");
    var third = take(turns, desk, "third");

    second.end();
    first.end();
    desk.runLoop();
    assertThat(begun).containsExactly("first", "third");

    third.end();
    assertThat(turns.size()).isZero();
  }

  @Test
  void aDeviceThatTakesNothingIsClosedWhereAnotherWaits() {
    var impatient = new PageTurns(Duration.ofNanos(1));
    take(impatient, desk, "first");
    take(impatient, desk, "same device");
    desk.runLoopFor(Duration.ofMillis(1));
    assertThat(desk.closings()).isEmpty();

    take(impatient, phone, "other device");
    phone.runLoopFor(Duration.ofMillis(1));

    assertThat(desk.closings()).contains(DisconnectReason.OVERLOADED);
  }
}
