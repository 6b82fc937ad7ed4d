package io.chatserver.server.message;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.UserId;
import io.chatserver.server.storage.Database;
import io.chatserver.server.storage.StoredTime;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The SQL of the log.
 *
 * <p>Threads: any; every call blocks.
 */
public final class MessageStore {
  private static final Logger log = LoggerFactory.getLogger(MessageStore.class);
  private static final int KIND_MESSAGE = 1;

  /** From so many characters of text on, a page is full. */
  private static final int MAX_PAGE_LENGTH = 128 * 1024;

  /** A message of somebody whose account is gone is a message all the same: no hole. */
  private static final String PAGE =
      "SELECT m.seq, m.sender_id, a.name, m.sent_at, m.body"
          + " FROM message m LEFT JOIN account a ON a.id = m.sender_id"
          + " WHERE m.conversation_id = ? AND m.seq > ? ORDER BY m.seq LIMIT ?";

  private static final String HEAD = "SELECT MAX(seq) FROM message WHERE conversation_id = ?";

  private static final String NEW_MEMBER =
      "INSERT INTO member (user_id, conversation_id, role, joined_seq, received_seq)"
          + " VALUES (?, ?, 1, 0, 0) ";

  private final AtomicBoolean senderMissed = new AtomicBoolean();
  private final Database database;
  private final String newMember;
  private final List<Insert> inserts;

  /** A statement that stores so many rows. */
  private record Insert(int rows, String sql) {
    Insert(int rows) {
      this(
          rows,
          "INSERT INTO message (conversation_id, seq, kind, sender_id, sent_at, body) VALUES "
              + "(?,?,?,?,?,?),".repeat(rows - 1)
              + "(?,?,?,?,?,?)");
    }
  }

  public MessageStore(Database database) {
    this.database = database;
    this.inserts = database.dialect().insertSizes().stream().map(Insert::new).toList();
    this.newMember = NEW_MEMBER + database.dialect().ignoringDuplicates();
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
          var rest = messages;
          for (var insert : inserts) {
            rest = insert(connection, insert, rest);
          }
          return messages.size();
        });
  }

  /** Stores as many as fit into whole inserts, and returns the rest. */
  private static List<ChatMessage> insert(
      Connection connection, Insert insert, List<ChatMessage> messages) throws SQLException {
    int whole = messages.size() - messages.size() % insert.rows;
    if (whole == 0) {
      return messages;
    }
    try (var statement = connection.prepareStatement(insert.sql)) {
      for (int from = 0; from < whole; from += insert.rows) {
        int column = 0;
        for (var message : messages.subList(from, from + insert.rows)) {
          statement.setLong(++column, message.conversation().value());
          statement.setLong(++column, message.seq());
          statement.setInt(++column, KIND_MESSAGE);
          statement.setInt(++column, message.sender().value());
          statement.setLong(++column, StoredTime.of(message.sentAt()));
          statement.setString(++column, message.text());
        }
        statement.executeUpdate();
      }
    }
    return messages.subList(whole, messages.size());
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
   * @param limit most messages to give; fewer where they are long
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

  private List<ChatMessage> messages(PreparedStatement statement, ConversationId conversation)
      throws SQLException {
    var messages = new ArrayList<ChatMessage>();
    int length = 0;
    try (var rows = statement.executeQuery()) {
      while (length < MAX_PAGE_LENGTH && rows.next()) {
        var text = rows.getString(5);
        length += text.length();
        messages.add(
            new ChatMessage(
                conversation,
                rows.getLong(1),
                new UserId(rows.getInt(2)),
                senderName(rows.getInt(2), rows.getString(3)),
                StoredTime.read(rows.getLong(4)),
                text));
      }
    }
    return messages;
  }

  private String senderName(int sender, @Nullable String name) {
    if (name == null && !senderMissed.getAndSet(true)) {
      log.warn("there are messages of user {}, who has no account: shown without a name", sender);
    }
    return name == null ? "" : name;
  }
}
