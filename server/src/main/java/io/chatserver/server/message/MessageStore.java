package io.chatserver.server.message;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.UserId;
import io.chatserver.server.storage.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * The SQL of the log.
 *
 * <p>Threads: any; every call blocks.
 */
public final class MessageStore {
  private static final int KIND_MESSAGE = 1;

  /**
   * Rows per insert. Few sizes, so that each is prepared once: a statement whose text changes with
   * every batch costs more than the database's work.
   */
  private static final int[] INSERT_SIZES = {128, 32, 8, 1};

  private static final List<String> INSERTS =
      java.util.Arrays.stream(INSERT_SIZES).mapToObj(MessageStore::insertOf).toList();

  private static final String PAGE =
      "SELECT m.seq, m.sender_id, a.name, m.sent_at, m.body"
          + " FROM message m JOIN account a ON a.id = m.sender_id"
          + " WHERE m.conversation_id = ? AND m.seq > ? ORDER BY m.seq LIMIT ?";

  private static final String HEAD = "SELECT MAX(seq) FROM message WHERE conversation_id = ?";

  private static final String NEW_MEMBER =
      "INSERT INTO member (user_id, conversation_id, role, joined_seq, received_seq)"
          + " VALUES (?, ?, 1, 0, 0) ";

  private final Database database;
  private final String newMember;

  public MessageStore(Database database) {
    this.database = database;
    this.newMember = NEW_MEMBER + database.dialect().ignoringDuplicates();
  }

  private static String insertOf(int rows) {
    return "INSERT INTO message (conversation_id, seq, kind, sender_id, sent_at, body) VALUES "
        + "(?,?,?,?,?,?),".repeat(rows - 1)
        + "(?,?,?,?,?,?)";
  }

  /**
   * Stores messages, all or none. Where a direct message is the first of its conversation, both
   * people become members.
   *
   * @param messages in order of their conversations' ids, so that two nodes cannot lock each other
   *     out
   */
  void insert(List<ChatMessage> messages) {
    database.write(
        "store messages",
        connection -> {
          insertMembers(connection, messages);
          int done = 0;
          for (int i = 0; i < INSERT_SIZES.length; i++) {
            while (messages.size() - done >= INSERT_SIZES[i]) {
              insert(connection, INSERTS.get(i), messages.subList(done, done + INSERT_SIZES[i]));
              done += INSERT_SIZES[i];
            }
          }
          return done;
        });
  }

  private static void insert(Connection connection, String sql, List<ChatMessage> messages)
      throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      int column = 0;
      for (var message : messages) {
        statement.setLong(++column, message.conversation().value());
        statement.setLong(++column, message.seq());
        statement.setInt(++column, KIND_MESSAGE);
        statement.setInt(++column, message.sender().value());
        statement.setLong(++column, ChronoUnit.MICROS.between(Instant.EPOCH, message.sentAt()));
        statement.setString(++column, message.text());
      }
      statement.executeUpdate();
    }
  }

  private void insertMembers(Connection connection, List<ChatMessage> messages)
      throws SQLException {
    for (var message : messages) {
      if (message.seq() == 1 && message.conversation().isDirect()) {
        try (var statement = connection.prepareStatement(newMember)) {
          insertMember(statement, message.conversation(), message.conversation().low());
          insertMember(statement, message.conversation(), message.conversation().high());
        }
      }
    }
  }

  private static void insertMember(
      PreparedStatement statement, ConversationId conversation, UserId user) throws SQLException {
    statement.setInt(1, user.value());
    statement.setLong(2, conversation.value());
    statement.executeUpdate();
  }

  /** The {@code seq} of the last message of a conversation, 0 where there is none. */
  public long head(ConversationId conversation) {
    return database.read("read a head", connection -> head(connection, conversation));
  }

  /** The same, inside a transaction of the caller. */
  public static long head(Connection connection, ConversationId conversation) throws SQLException {
    try (var statement = connection.prepareStatement(HEAD)) {
      statement.setLong(1, conversation.value());
      try (var rows = statement.executeQuery()) {
        return rows.next() ? rows.getLong(1) : 0;
      }
    }
  }

  /**
   * Reads on in a conversation.
   *
   * @param after the {@code seq} behind which to begin
   * @param limit most messages to give
   */
  public List<ChatMessage> page(ConversationId conversation, long after, int limit) {
    return database.read(
        "read messages",
        connection -> {
          try (var statement = connection.prepareStatement(PAGE)) {
            statement.setLong(1, conversation.value());
            statement.setLong(2, after);
            statement.setInt(3, limit);
            return messages(statement, conversation);
          }
        });
  }

  private static List<ChatMessage> messages(
      PreparedStatement statement, ConversationId conversation) throws SQLException {
    var messages = new ArrayList<ChatMessage>();
    try (var rows = statement.executeQuery()) {
      while (rows.next()) {
        messages.add(
            new ChatMessage(
                conversation,
                rows.getLong(1),
                new UserId(rows.getInt(2)),
                rows.getString(3),
                Instant.EPOCH.plus(rows.getLong(4), ChronoUnit.MICROS),
                rows.getString(5)));
      }
    }
    return messages;
  }
}
