package io.chatserver.server.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chatserver.protocol.ConversationId;
import io.chatserver.server.storage.TestDatabase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MessageLogIT extends MessageLogContract {
  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.mariaDb();

  MessageLogIT() {
    super(DATABASE);
  }

  /** Batches are written in one order, so that two nodes wait for each other one way only. */
  @Test
  void makesNoDeadlockWithANodeThatHearsTheSameInAnotherOrder() {
    var conversations = conversations(60);
    var here = new RecordingListener();
    var there = new RecordingListener();
    long before = deadlocks();

    try (var otherDatabase = DATABASE.open(Map.of());
        var logHere = log(DATABASE.database(), here, ROOMY);
        var logThere = log(otherDatabase, there, ROOMY)) {
      for (int round = 1; round <= 10; round++) {
        appendHeldUp(logHere, here, conversations, round);
        appendHeldUp(logThere, there, conversations.reversed(), round);
        here.release();
        there.release();
        int told = round * 61;
        await().until(() -> here.told() == told && there.told() == told);
      }
    }

    assertThat(deadlocks()).isEqualTo(before);
    assertThat(conversations.stream().mapToLong(new MessageStore(DATABASE.database())::head).sum())
        .isEqualTo(2 * 10 * 61);
  }

  /** One message that the listener is held up with, and a batch that waits behind it. */
  private void appendHeldUp(
      MessageLog<Said> log,
      RecordingListener listener,
      List<ConversationId> conversations,
      int round) {
    int told = listener.told();
    listener.holdUp();
    assertThat(log.append(said(conversations.getFirst(), "first of " + round))).isTrue();
    await().until(() -> listener.told() == told + 1);
    conversations.forEach(
        conversation -> assertThat(log.append(said(conversation, "round " + round))).isTrue());
  }

  private static long deadlocks() {
    return DATABASE.number(
        "SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS"
            + " WHERE VARIABLE_NAME = 'INNODB_DEADLOCKS'");
  }
}
