package io.chatserver.server.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chatserver.protocol.ConversationId;
import io.chatserver.server.config.ServerConfig;
import io.chatserver.server.config.ServerConfig.WentBack;
import io.chatserver.server.storage.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MessageLogIT extends MessageLogContract {
  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.mariaDb();

  private static final ServerConfig.Log ONE_WRITER =
      new ServerConfig.Log(1, 1000, 512, WentBack.NEW_EPOCH);

  MessageLogIT() {
    super(DATABASE);
  }

  /** As by a node that is stopped in the middle of a transaction. */
  @Test
  void storesTheOthersWhereOneConversationIsLocked() throws SQLException {
    var conversations = conversations(20);
    var listener = new RecordingListener();
    var config = DATABASE.config(Map.of());

    try (var stopped =
            DriverManager.getConnection(config.url(), config.user(), config.password().value());
        var log = log(DATABASE.database(), listener, ONE_WRITER)) {
      stopped.setAutoCommit(false);
      insertFirst(stopped, conversations.get(7));
      appendHeldUp(log, listener, conversations, 1);
      listener.release();

      await().until(() -> listener.told() == 21);
      assertThat(listener.failedDrafts())
          .extracting(Said::conversation)
          .containsExactly(conversations.get(7));

      stopped.rollback();
      log.append(said(conversations.get(7), "again"));
      await().until(() -> listener.told() == 22);
      assertThat(listener.messages().getLast().seq()).isEqualTo(1);
    }
  }

  /** What is stored apart is told apart: a listener that fails at one leaves none unanswered. */
  @Test
  void goesOnWithTheOthersWhereAListenerFails() throws SQLException {
    var conversations = conversations(10);
    var store = new MessageStore(DATABASE.database());
    var config = DATABASE.config(Map.of());
    var listener = new RecordingListener();
    var failing =
        new LogListener<Said>() {
          @Override
          public void committed(List<Committed<Said>> batch) {
            listener.committed(batch);
            throw new IllegalStateException("a fault in a listener, on purpose");
          }

          @Override
          public void repeated(List<Committed<Said>> drafts) {}

          @Override
          public void conflicting(List<Said> drafts) {}

          @Override
          public void refused(List<Said> drafts) {}

          @Override
          public void changed(StoredEntry stored) {}

          @Override
          public void failed(List<Said> batch, Throwable cause) {
            listener.failed(batch, cause);
          }
        };

    try (var stopped =
            DriverManager.getConnection(config.url(), config.user(), config.password().value());
        var log = new MessageLog<>(store, failing, Clock.systemUTC(), ONE_WRITER, 1)) {
      stopped.setAutoCommit(false);
      insertFirst(stopped, conversations.get(7));
      appendHeldUp(log, listener, conversations, 1);
      listener.release();

      await().until(() -> listener.told() == 11);
      assertThat(listener.failedDrafts()).hasSize(1);
    }
  }

  private static void insertFirst(Connection connection, ConversationId conversation)
      throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "INSERT INTO log_entry (conversation_id, seq, kind, sender_id, sent_at, body)"
                + " VALUES (?, 1, 1, 1, 0, '')")) {
      statement.setLong(1, conversation.value());
      statement.executeUpdate();
    }
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
    assertThat(conversations.stream().mapToLong(this::head).sum()).isEqualTo(2 * 10 * 61);
  }

  private long head(ConversationId conversation) {
    return new MessageStore(DATABASE.database()).head(conversation).seq();
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
