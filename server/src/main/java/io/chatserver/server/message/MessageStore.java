package io.chatserver.server.message;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ClientMessageId;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.UserId;
import io.chatserver.server.storage.Database;
import io.chatserver.server.storage.StoredTime;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
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

  /** A message of somebody whose account is gone is a message all the same: no hole. */
  private static final String MESSAGES =
      "SELECT m.conversation_id, m.seq, m.sender_id, a.name, m.sent_at, m.body, m.client_id"
          + " FROM message m LEFT JOIN account a ON a.id = m.sender_id WHERE ";

  private static final String AFTER =
      MESSAGES + "m.conversation_id = ? AND m.seq > ? AND m.seq < ? ORDER BY m.seq LIMIT ?";

  private static final String BEFORE =
      MESSAGES + "m.conversation_id = ? AND m.seq > ? AND m.seq < ? ORDER BY m.seq DESC LIMIT ?";

  /** How many are looked for at a time: one statement, prepared once. */
  private static final int KEYS = 64;

  private static final String BY_CLIENT_ID =
      MESSAGES
          + "(m.sender_id = ? AND m.client_id = ?) OR ".repeat(KEYS - 1)
          + "(m.sender_id = ? AND m.client_id = ?)";

  private static final String HEAD = "SELECT MAX(seq) FROM message WHERE conversation_id = ?";

  private static final String HEADS =
      "SELECT k.id, (SELECT m.seq FROM message m WHERE m.conversation_id = k.id"
          + " ORDER BY m.seq DESC LIMIT 1) FROM (SELECT ? AS id"
          + " UNION ALL SELECT ?".repeat(KEYS - 1)
          + ") k";

  /** Rows of {@code conversation_lock}; each stands for a share of the conversations. */
  private static final int LOCKS = 4096;

  private static final String LOCK =
      "SELECT id FROM conversation_lock WHERE id IN (?"
          + ",?".repeat(KEYS - 1)
          + ") ORDER BY id FOR UPDATE";

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
          "INSERT INTO message"
              + " (conversation_id, seq, kind, sender_id, client_id, sent_at, body) VALUES "
              + "(?,?,?,?,?,?,?),".repeat(rows - 1)
              + "(?,?,?,?,?,?,?)");
    }
  }

  public MessageStore(Database database) {
    this.database = database;
    this.inserts = database.dialect().insertSizes().stream().map(Insert::new).toList();
    this.newMember = NEW_MEMBER + database.dialect().ignoringDuplicates();
  }

  /**
   * Stores messages, all or none. Where a direct message is the first of its conversation, both
   * people become members. Where a place is taken, or a sender has said something under the same
   * client message id, it fails as a duplicate key.
   *
   * @param entries in order of their conversations' ids, so that two nodes cannot lock each other
   *     out
   */
  void insert(List<Entry> entries) {
    database.writeMessages(
        "store messages",
        connection -> {
          insert(connection, entries);
          return entries.size();
        });
  }

  private void insert(Connection connection, List<Entry> entries) throws SQLException {
    insertMembers(connection, entries);
    var rest = entries;
    for (var insert : inserts) {
      rest = insert(connection, insert, rest);
    }
  }

  /**
   * Locks conversations, reads their heads, and stores what is made of them, all in one
   * transaction: no other that does the same comes in between. Fails as {@link #insert(List)}.
   *
   * @param numbering gives the messages their places, by the heads of those conversations that have
   *     one; called once more if the database broke off the transaction
   */
  <T> T insert(
      Set<ConversationId> conversations,
      Function<Map<ConversationId, Long>, T> numbering,
      Function<T, List<Entry>> entries) {
    return database.writeMessages(
        "store messages under locks",
        connection -> {
          lock(connection, conversations);
          var numbered = numbering.apply(heads(connection, List.copyOf(conversations)));
          insert(connection, entries.apply(numbered));
          return numbered;
        });
  }

  private void lock(Connection connection, Set<ConversationId> conversations) throws SQLException {
    if (!database.dialect().hasManyWriters()) {
      return;
    }
    // In one order, so that two nodes cannot lock each other out.
    var locks =
        conversations.stream()
            .map(conversation -> Shares.of(conversation, LOCKS))
            .distinct()
            .sorted()
            .toList();
    try (var statement = connection.prepareStatement(LOCK)) {
      for (int from = 0; from < locks.size(); from += KEYS) {
        for (int i = 0; i < KEYS; i++) {
          statement.setInt(i + 1, locks.get(Math.min(from + i, locks.size() - 1)));
        }
        statement.executeQuery().close();
      }
    }
  }

  private static Map<ConversationId, Long> heads(
      Connection connection, List<ConversationId> conversations) throws SQLException {
    var heads = new HashMap<ConversationId, Long>();
    try (var statement = connection.prepareStatement(HEADS)) {
      for (int from = 0; from < conversations.size(); from += KEYS) {
        for (int i = 0; i < KEYS; i++) {
          int index = Math.min(from + i, conversations.size() - 1);
          statement.setLong(i + 1, conversations.get(index).value());
        }
        try (var rows = statement.executeQuery()) {
          while (rows.next()) {
            heads.put(new ConversationId(rows.getLong(1)), rows.getLong(2));
          }
        }
      }
    }
    return heads;
  }

  /** Stores as many as fit into whole inserts, and returns the rest. */
  private static List<Entry> insert(Connection connection, Insert insert, List<Entry> entries)
      throws SQLException {
    int whole = entries.size() - entries.size() % insert.rows;
    if (whole == 0) {
      return entries;
    }
    try (var statement = connection.prepareStatement(insert.sql)) {
      for (int from = 0; from < whole; from += insert.rows) {
        int column = 0;
        for (var entry : entries.subList(from, from + insert.rows)) {
          var message = entry.message();
          statement.setLong(++column, message.conversation().value());
          statement.setLong(++column, message.seq());
          statement.setInt(++column, KIND_MESSAGE);
          statement.setInt(++column, message.sender().value());
          statement.setString(++column, entry.clientId() == null ? null : entry.clientId().text());
          statement.setLong(++column, StoredTime.of(message.sentAt()));
          statement.setString(++column, message.text());
        }
        statement.executeUpdate();
      }
    }
    return entries.subList(whole, entries.size());
  }

  private void insertMembers(Connection connection, List<Entry> entries) throws SQLException {
    for (var entry : entries) {
      var message = entry.message();
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

  /** Those of these that are stored. */
  Map<Entry.Key, ChatMessage> find(List<Entry.Key> keys) {
    return database.read(
        "look for repeated messages",
        connection -> {
          var found = new HashMap<Entry.Key, ChatMessage>();
          try (var statement = connection.prepareStatement(BY_CLIENT_ID)) {
            for (int from = 0; from < keys.size(); from += KEYS) {
              find(statement, keys.subList(from, Math.min(from + KEYS, keys.size())), found);
            }
          }
          return found;
        });
  }

  private void find(
      PreparedStatement statement, List<Entry.Key> keys, Map<Entry.Key, ChatMessage> found)
      throws SQLException {
    for (int i = 0; i < KEYS; i++) {
      var key = keys.get(Math.min(i, keys.size() - 1));
      statement.setInt(2 * i + 1, key.sender().value());
      statement.setString(2 * i + 2, key.clientId().text());
    }
    try (var rows = statement.executeQuery()) {
      while (rows.next()) {
        var message = message(rows);
        found.put(new Entry.Key(message.sender(), new ClientMessageId(rows.getString(7))), message);
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
    return page(AFTER, conversation, after, Long.MAX_VALUE, limit);
  }

  /**
   * Reads back in a conversation.
   *
   * @param after where to end, not included
   * @param before where to begin, not included
   * @param limit most messages to give; fewer where they are long
   * @return in order of {@code seq}
   */
  public List<ChatMessage> pageBack(
      ConversationId conversation, long after, long before, int limit) {
    return page(BEFORE, conversation, after, before, limit).reversed();
  }

  private List<ChatMessage> page(
      String sql, ConversationId conversation, long after, long before, int limit) {
    return database.read(
        "read messages",
        connection -> {
          try (var statement = connection.prepareStatement(sql)) {
            statement.setLong(1, conversation.value());
            statement.setLong(2, after);
            statement.setLong(3, before);
            statement.setInt(4, limit);
            return messages(statement);
          }
        });
  }

  private List<ChatMessage> messages(PreparedStatement statement) throws SQLException {
    var messages = new ArrayList<ChatMessage>();
    var room = new PageRoom();
    try (var rows = statement.executeQuery()) {
      while (rows.next()) {
        var message = message(rows);
        if (!room.takes(message.text())) {
          break;
        }
        messages.add(message);
      }
    }
    return messages;
  }

  private ChatMessage message(ResultSet rows) throws SQLException {
    return new ChatMessage(
        new ConversationId(rows.getLong(1)),
        rows.getLong(2),
        new UserId(rows.getInt(3)),
        senderName(rows.getInt(3), rows.getString(4)),
        StoredTime.read(rows.getLong(5)),
        rows.getString(6));
  }

  private String senderName(int sender, @Nullable String name) {
    if (name == null && !senderMissed.getAndSet(true)) {
      log.warn("there are messages of user {}, who has no account: shown without a name", sender);
    }
    return name == null ? "" : name;
  }
}
