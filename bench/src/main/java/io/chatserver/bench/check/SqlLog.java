package io.chatserver.bench.check;

import io.chatserver.bench.BenchFailed;
import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.LogEntry;
import io.chatserver.protocol.UserId;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/** Reads the log from the database itself: a second witness, who does not ask the server. */
final class SqlLog {
  private static final String MESSAGES =
      "SELECT seq, sender_id, sent_at, body, client_id, kind, target FROM log_entry"
          + " WHERE conversation_id = ? ORDER BY seq";

  private static final int TEXT = 1;
  private static final int JOINED = 2;

  private SqlLog() {}

  /**
   * Reads the conversations of the check.
   *
   * @param identify which message it is, by {@link Saying}
   */
  static LogCopy read(CheckedServer.Jdbc jdbc, Cast cast, ToLongFunction<LogEntry> identify) {
    try (var connection = DriverManager.getConnection(jdbc.url(), jdbc.user(), jdbc.password())) {
      var copy = new LogCopy();
      for (var conversation : cast.members().keySet()) {
        read(connection, conversation, copy, identify);
      }
      return copy;
    } catch (SQLException e) {
      throw new BenchFailed("the database cannot be read: " + e.getMessage(), e);
    }
  }

  private static void read(
      Connection connection,
      ConversationId conversation,
      LogCopy copy,
      ToLongFunction<LogEntry> identify)
      throws SQLException {
    try (var statement = connection.prepareStatement(MESSAGES)) {
      statement.setLong(1, conversation.value());
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          var message = message(conversation, rows);
          long saying = identify.applyAsLong(message);
          boolean hasItsId =
              Saying.isKnown(saying)
                  && Saying.clientId(saying).text().equals(rows.getString("client_id"));
          long time = message.sentAt().toEpochMilli();
          long stored =
              switch (rows.getInt("kind")) {
                case TEXT -> hasItsId ? saying : -1;
                case JOINED -> Saying.joined(new UserId(rows.getInt("target")));
                default -> Saying.OTHER_ENTRY;
              };
          copy.add(conversation, message.seq(), stored, time);
        }
      }
    }
  }

  private static ChatMessage message(ConversationId conversation, ResultSet rows)
      throws SQLException {
    long micros = rows.getLong("sent_at");
    return new ChatMessage(
        conversation,
        rows.getLong("seq"),
        new UserId(rows.getInt("sender_id")),
        "",
        Instant.ofEpochMilli(TimeUnit.MICROSECONDS.toMillis(micros)),
        rows.getString("body"));
  }
}
