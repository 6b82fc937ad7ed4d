package io.chatserver.server.message;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ClientMessageId;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.LogEntry;
import io.chatserver.protocol.MemberEntry;
import io.chatserver.protocol.MemberEntry.Change;
import io.chatserver.protocol.UnknownEntry;
import io.chatserver.protocol.UserId;
import io.chatserver.server.storage.Database;
import io.chatserver.server.storage.StorageException;
import io.chatserver.server.storage.StoredTime;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
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
public final class MessageStore implements LogStore {
  private static final Logger log = LoggerFactory.getLogger(MessageStore.class);

  /** The values of the column {@code kind}. */
  static final int TEXT = 1;

  private static final int JOINED = 2;
  private static final int REMOVED = 3;

  /** Left joins: an entry of a user whose account is gone leaves no hole. */
  private static final String ROWS =
      "SELECT m.conversation_id, m.seq, m.sender_id, a.name, m.sent_at, m.body, m.kind,"
          + " m.target, t.name, m.client_id, m.others, m.rights, m.content_hash"
          + " FROM log_entry m LEFT JOIN account a ON a.id = m.sender_id"
          + " LEFT JOIN account t ON t.id = m.target WHERE ";

  private static final String AFTER =
      ROWS + "m.conversation_id = ? AND m.seq > ? AND m.seq < ? ORDER BY m.seq LIMIT ?";

  private static final String BEFORE =
      ROWS + "m.conversation_id = ? AND m.seq > ? AND m.seq < ? ORDER BY m.seq DESC LIMIT ?";

  /** Each conflict means that a writer got on; so many in a row mean that something is wrong. */
  private static final int MAX_CONFLICTS = 20;

  /** How many are looked for at a time: one statement, prepared once. */
  private static final int KEYS = 64;

  private static final String BY_CLIENT_ID =
      ROWS
          + "(m.sender_id = ? AND m.client_id = ?) OR ".repeat(KEYS - 1)
          + "(m.sender_id = ? AND m.client_id = ?)";

  private static final String MEMBERS =
      "SELECT user_id, conversation_id FROM member WHERE left_seq IS NULL AND ("
          + "(user_id = ? AND conversation_id = ?) OR ".repeat(KEYS - 1)
          + "(user_id = ? AND conversation_id = ?))";

  private static final String HEAD =
      "SELECT conversation_id, seq, others, sent_at, rights FROM log_entry"
          + " WHERE conversation_id = ? ORDER BY seq DESC LIMIT 1";

  /** The limit keeps the last places apart from the join, which then is a lookup by key. */
  private static final String HEADS =
      "SELECT e.conversation_id, e.seq, e.others, e.sent_at, e.rights FROM"
          + " (SELECT k.id, (SELECT m.seq FROM log_entry m WHERE m.conversation_id = k.id"
          + " ORDER BY m.seq DESC LIMIT 1) AS seq FROM (SELECT ? AS id"
          + " UNION ALL SELECT ?".repeat(KEYS - 1)
          + ") k LIMIT "
          + KEYS
          + ") h JOIN log_entry e ON e.conversation_id = h.id AND e.seq = h.seq";

  /** Rows of {@code conversation_lock}; each stands for a share of the conversations. */
  private static final int LOCKS = 4096;

  private static final String LOCK =
      "SELECT id FROM conversation_lock WHERE id IN (?"
          + ",?".repeat(KEYS - 1)
          + ") ORDER BY id FOR UPDATE";

  private static final String NEW_MEMBER =
      "INSERT INTO member (user_id, conversation_id, role, joined_seq, received_seq)"
          + " VALUES (?, ?, 1, 0, 0) ";

  private final AtomicBoolean nameMissed = new AtomicBoolean();
  private final Database database;
  private final String newMember;
  private final String headLocked;
  private final List<Insert> inserts;

  /** A statement that stores so many rows. */
  private record Insert(int rows, String sql) {
    Insert(int rows) {
      this(
          rows,
          "INSERT INTO log_entry"
              + " (conversation_id, seq, kind, sender_id, client_id, sent_at, body, target,"
              + " others, rights, content_hash) VALUES "
              + "(?,?,?,?,?,?,?,?,?,?,?),".repeat(rows - 1)
              + "(?,?,?,?,?,?,?,?,?,?,?)");
    }
  }

  public MessageStore(Database database) {
    this.database = database;
    this.inserts = database.dialect().insertSizes().stream().map(Insert::new).toList();
    this.headLocked = HEAD + database.dialect().lockingRows();
    this.newMember = NEW_MEMBER + database.dialect().ignoringDuplicates();
  }

  @Override
  public <T> T store(
      Set<ConversationId> locked, Function<Reads, T> numbering, Function<T, List<Row>> rows) {
    return database.writeMessages(
        "store messages",
        connection -> {
          if (!locked.isEmpty()) {
            lock(connection, locked);
          }
          try {
            var numbered = numbering.apply(new ReadsOn(connection));
            insert(connection, rows.apply(numbered));
            return numbered;
          } catch (FailedRead e) {
            throw e.cause;
          }
        });
  }

  @Override
  public String epoch() {
    return database.epoch().current().id();
  }

  @Override
  public void renewEpoch(String old) {
    database.epoch().renew(old);
  }

  /** Reads on the connection of a transaction. */
  private final class ReadsOn implements Reads {
    private final Connection connection;

    private ReadsOn(Connection connection) {
      this.connection = connection;
    }

    @Override
    public Map<ConversationId, Head> heads(Collection<ConversationId> conversations) {
      return read(() -> MessageStore.heads(connection, List.copyOf(conversations)));
    }

    @Override
    public Map<Row.Key, Known> find(Collection<Row.Key> keys) {
      return read(() -> MessageStore.this.find(connection, List.copyOf(keys)));
    }

    @Override
    public Set<Sender> members(Collection<Sender> senders) {
      return read(() -> MessageStore.members(connection, List.copyOf(senders)));
    }

    private static <T> T read(SqlRead<T> read) {
      try {
        return read.run();
      } catch (SQLException e) {
        throw new FailedRead(e);
      }
    }
  }

  private interface SqlRead<T> {
    T run() throws SQLException;
  }

  /** Carries a failure out of the numbering to where the transaction is broken off. */
  private static final class FailedRead extends RuntimeException {
    private final SQLException cause;

    private FailedRead(SQLException cause) {
      super(cause);
      this.cause = cause;
    }
  }

  private void insert(Connection connection, List<Row> rows) throws SQLException {
    insertMembers(connection, rows);
    var rest = rows;
    for (var insert : inserts) {
      rest = insert(connection, insert, rest);
    }
  }

  /** A write that depends on the head of a conversation. */
  public interface LockedWork<T> {
    /**
     * Runs the work in a transaction; run again, from the start, if another row took the place
     * behind the head.
     */
    T on(Connection connection, Head head) throws SQLException;
  }

  /**
   * Runs a write that appends entries other than texts to a conversation, in one transaction with
   * what they change. It locks the conversation and reads its head before anything else.
   *
   * @throws StorageException as {@link Database#write}
   */
  public <T> T write(String purpose, ConversationId conversation, LockedWork<T> work) {
    for (int conflicts = 0; ; conflicts++) {
      try {
        return database.writeMessages(
            purpose,
            connection -> {
              lock(connection, Set.of(conversation));
              return work.on(connection, head(connection, headLocked, conversation));
            });
      } catch (StorageException e) {
        if (!e.isDuplicateKey() || conflicts == MAX_CONFLICTS) {
          throw e;
        }
      }
    }
  }

  /**
   * Appends a change of a group's members, inside a transaction of {@link #write}.
   *
   * @param before the head, which it follows
   * @param now the time of the server's clock
   * @return the entry and the new head
   */
  public StoredEntry append(
      Connection connection,
      Head before,
      ConversationId conversation,
      Change change,
      UserId sender,
      UserId user,
      Instant now)
      throws SQLException {
    long seq = before.seq() + 1;
    long micros = before.next(StoredTime.of(now));
    var senderName = nameOf(connection, sender);
    var entry =
        new MemberEntry(
            conversation,
            seq,
            change,
            sender,
            senderName,
            user,
            user.equals(sender) ? senderName : nameOf(connection, user),
            StoredTime.read(micros));
    var row = new Row(entry, null, before.others() + 1, seq);
    insert(connection, List.of(row));
    return new StoredEntry(entry, row.head());
  }

  private String nameOf(Connection connection, UserId user) throws SQLException {
    try (var statement = connection.prepareStatement("SELECT name FROM account WHERE id = ?")) {
      statement.setInt(1, user.value());
      try (var rows = statement.executeQuery()) {
        return name(user.value(), rows.next() ? rows.getString(1) : null);
      }
    }
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

  private static Map<ConversationId, Head> heads(
      Connection connection, List<ConversationId> conversations) throws SQLException {
    if (conversations.size() == 1) {
      var only = conversations.getFirst();
      return Map.of(only, head(connection, HEAD, only));
    }
    var heads = new HashMap<ConversationId, Head>();
    try (var statement = connection.prepareStatement(HEADS)) {
      for (int from = 0; from < conversations.size(); from += KEYS) {
        for (int i = 0; i < KEYS; i++) {
          int index = Math.min(from + i, conversations.size() - 1);
          statement.setLong(i + 1, conversations.get(index).value());
        }
        try (var rows = statement.executeQuery()) {
          while (rows.next()) {
            heads.put(new ConversationId(rows.getLong(1)), head(rows));
          }
        }
      }
    }
    return heads;
  }

  private static Head head(ResultSet rows) throws SQLException {
    return new Head(rows.getLong(2), rows.getLong(3), rows.getLong(4), rows.getLong(5));
  }

  /** Stores as many as fit into whole inserts, and returns the rest. */
  private static List<Row> insert(Connection connection, Insert insert, List<Row> rows)
      throws SQLException {
    int whole = rows.size() - rows.size() % insert.rows;
    if (whole == 0) {
      return rows;
    }
    try (var statement = connection.prepareStatement(insert.sql)) {
      for (int from = 0; from < whole; from += insert.rows) {
        int column = 0;
        for (var row : rows.subList(from, from + insert.rows)) {
          column = set(statement, column, row);
        }
        statement.executeUpdate();
      }
    }
    return rows.subList(whole, rows.size());
  }

  private static int set(PreparedStatement statement, int before, Row row) throws SQLException {
    int column = before;
    statement.setLong(++column, row.entry().conversation().value());
    statement.setLong(++column, row.entry().seq());
    switch (row.entry()) {
      case ChatMessage message -> {
        var clientId = row.clientId();
        statement.setInt(++column, TEXT);
        statement.setInt(++column, message.sender().value());
        statement.setString(++column, clientId == null ? null : clientId.text());
        statement.setLong(++column, row.micros());
        statement.setString(++column, message.text());
        statement.setNull(++column, Types.BIGINT);
        statement.setLong(++column, row.others());
        statement.setLong(++column, row.rights());
        statement.setBytes(
            ++column, clientId == null ? null : ContentHash.ofText(message.text()).bytes());
      }
      case MemberEntry change -> {
        statement.setInt(++column, change.change() == Change.JOINED ? JOINED : REMOVED);
        statement.setInt(++column, change.sender().value());
        statement.setString(++column, null);
        statement.setLong(++column, row.micros());
        statement.setString(++column, "");
        statement.setLong(++column, change.user().value());
        statement.setLong(++column, row.others());
        statement.setLong(++column, row.rights());
        statement.setBytes(++column, null);
      }
      case UnknownEntry _ -> throw new IllegalArgumentException("" + row);
    }
    return column;
  }

  private void insertMembers(Connection connection, List<Row> rows) throws SQLException {
    for (var row : rows) {
      var entry = row.entry();
      if (entry.seq() == 1 && entry.conversation().isDirect()) {
        try (var statement = connection.prepareStatement(newMember)) {
          insertMember(statement, entry.conversation(), entry.conversation().low());
          insertMember(statement, entry.conversation(), entry.conversation().high());
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

  /** The head of a conversation. */
  public Head head(ConversationId conversation) {
    return database.read("read a head", connection -> head(connection, HEAD, conversation));
  }

  private static Head head(Connection connection, String sql, ConversationId conversation)
      throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      statement.setLong(1, conversation.value());
      try (var rows = statement.executeQuery()) {
        return rows.next() ? head(rows) : Head.NONE;
      }
    }
  }

  private Map<Row.Key, Known> find(Connection connection, List<Row.Key> keys) throws SQLException {
    var found = new HashMap<Row.Key, Known>();
    try (var statement = connection.prepareStatement(BY_CLIENT_ID)) {
      for (int from = 0; from < keys.size(); from += KEYS) {
        find(statement, keys.subList(from, Math.min(from + KEYS, keys.size())), found);
      }
    }
    return found;
  }

  private static Set<Sender> members(Connection connection, List<Sender> senders)
      throws SQLException {
    var members = new HashSet<Sender>();
    try (var statement = connection.prepareStatement(MEMBERS)) {
      for (int from = 0; from < senders.size(); from += KEYS) {
        for (int i = 0; i < KEYS; i++) {
          var sender = senders.get(Math.min(from + i, senders.size() - 1));
          statement.setInt(2 * i + 1, sender.user().value());
          statement.setLong(2 * i + 2, sender.conversation().value());
        }
        try (var rows = statement.executeQuery()) {
          while (rows.next()) {
            var conversation = new ConversationId(rows.getLong(2));
            members.add(new Sender(conversation, new UserId(rows.getInt(1))));
          }
        }
      }
    }
    return members;
  }

  private void find(PreparedStatement statement, List<Row.Key> keys, Map<Row.Key, Known> found)
      throws SQLException {
    for (int i = 0; i < KEYS; i++) {
      var key = keys.get(Math.min(i, keys.size() - 1));
      statement.setInt(2 * i + 1, key.sender().value());
      statement.setString(2 * i + 2, key.clientId().text());
    }
    try (var rows = statement.executeQuery()) {
      while (rows.next()) {
        var message = text(rows);
        var key = new Row.Key(message.sender(), new ClientMessageId(rows.getString(10)));
        var head = new Head(message.seq(), rows.getLong(11), rows.getLong(5), rows.getLong(12));
        found.put(key, new Known(message, head, ContentHash.readOrNull(rows.getBytes(13))));
      }
    }
  }

  /**
   * Reads on in a conversation.
   *
   * @param after the {@code seq} behind which to begin
   * @param limit most entries to give; fewer where they are long
   */
  public List<LogEntry> page(ConversationId conversation, long after, int limit) {
    return page(conversation, after, Long.MAX_VALUE, limit);
  }

  /**
   * Reads on in a conversation.
   *
   * @param before where to end, not included
   */
  public List<LogEntry> page(ConversationId conversation, long after, long before, int limit) {
    return page(AFTER, conversation, after, before, limit);
  }

  /**
   * Reads back in a conversation.
   *
   * @param after where to end, not included
   * @param before where to begin, not included
   * @param limit most entries to give; fewer where they are long
   * @return in order of {@code seq}
   */
  public List<LogEntry> pageBack(ConversationId conversation, long after, long before, int limit) {
    return page(BEFORE, conversation, after, before, limit).reversed();
  }

  private List<LogEntry> page(
      String sql, ConversationId conversation, long after, long before, int limit) {
    return database.read(
        "read messages",
        connection -> {
          try (var statement = connection.prepareStatement(sql)) {
            statement.setLong(1, conversation.value());
            statement.setLong(2, after);
            statement.setLong(3, before);
            statement.setInt(4, limit);
            return entries(statement);
          }
        });
  }

  private List<LogEntry> entries(PreparedStatement statement) throws SQLException {
    var entries = new ArrayList<LogEntry>();
    var room = new PageRoom();
    try (var rows = statement.executeQuery()) {
      while (rows.next()) {
        var entry = entry(rows);
        if (!room.takes(entry)) {
          break;
        }
        entries.add(entry);
      }
    }
    return entries;
  }

  private LogEntry entry(ResultSet rows) throws SQLException {
    int kind = rows.getInt(7);
    return switch (kind) {
      case TEXT -> text(rows);
      case JOINED -> change(rows, Change.JOINED);
      case REMOVED -> change(rows, Change.REMOVED);
      default -> throw new SQLException("an entry of kind " + kind);
    };
  }

  private ChatMessage text(ResultSet rows) throws SQLException {
    return new ChatMessage(
        new ConversationId(rows.getLong(1)),
        rows.getLong(2),
        new UserId(rows.getInt(3)),
        name(rows.getInt(3), rows.getString(4)),
        StoredTime.read(rows.getLong(5)),
        rows.getString(6));
  }

  private MemberEntry change(ResultSet rows, Change change) throws SQLException {
    return new MemberEntry(
        new ConversationId(rows.getLong(1)),
        rows.getLong(2),
        change,
        new UserId(rows.getInt(3)),
        name(rows.getInt(3), rows.getString(4)),
        new UserId(rows.getInt(8)),
        name(rows.getInt(8), rows.getString(9)),
        StoredTime.read(rows.getLong(5)));
  }

  private String name(int user, @Nullable String name) {
    if (name == null && !nameMissed.getAndSet(true)) {
      log.warn("there are entries of user {}, who has no account: shown without a name", user);
    }
    return name == null ? "" : name;
  }
}
