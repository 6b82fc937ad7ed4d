package io.chatserver.server.message;

import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.ConversationState;
import io.chatserver.protocol.Place;
import io.chatserver.protocol.UserId;
import io.chatserver.server.storage.Database;
import io.chatserver.server.storage.LogEpoch;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The SQL of the members' places in the log.
 *
 * <p>Threads: any; every call blocks.
 */
public final class MemberStore {
  /** How many users are looked for at a time: one statement, prepared once. */
  public static final int USERS_AT_A_TIME = 50;

  /** Group ids are below, direct conversations from here on. */
  private static final long FIRST_DIRECT = 1L << 32;

  /** The farther of two columns and values, in a form that both kinds of database know. */
  private static final String ADVANCE =
      "UPDATE member SET"
          + " received_seq = CASE WHEN received_seq < ? THEN ? ELSE received_seq END,"
          + " read_seq = CASE WHEN read_seq < ? THEN ? ELSE read_seq END"
          + " WHERE user_id = ? AND conversation_id = ? AND (received_seq < ? OR read_seq < ?)";

  /** How many places are read at a time: one statement, prepared once. */
  private static final int KEYS = 64;

  private static final String PLACES =
      "SELECT user_id, conversation_id, received_seq, read_seq FROM member WHERE "
          + "(user_id = ? AND conversation_id = ?) OR ".repeat(KEYS - 1)
          + "(user_id = ? AND conversation_id = ?)";

  private static final String RANGES =
      "SELECT joined_seq, left_seq FROM member_range WHERE user_id = ? AND conversation_id = ?"
          + " UNION ALL SELECT joined_seq, left_seq FROM member"
          + " WHERE user_id = ? AND conversation_id = ? ORDER BY joined_seq";

  private static final String EARLIER_RANGES =
      "SELECT conversation_id, joined_seq, left_seq FROM member_range WHERE user_id = ?"
          + " ORDER BY conversation_id, joined_seq";

  private static final String HEAD =
      " (SELECT e.seq FROM log_entry e WHERE e.conversation_id = m.conversation_id"
          + " ORDER BY e.seq DESC LIMIT 1)";

  private static final String STANDINGS =
      "SELECT m.conversation_id, m.joined_seq, m.left_seq, m.received_seq,"
          + HEAD
          + ", m.user_id, (SELECT epoch FROM log_epoch WHERE id = 1)"
          + " FROM member m WHERE m.user_id ";

  private static final String STANDINGS_OF_ONE = STANDINGS + "= ?";

  private static final String STANDINGS_OF_MANY =
      STANDINGS + "IN (?" + ", ?".repeat(USERS_AT_A_TIME - 1) + ")";

  /**
   * The other of two people has the sum of both ids less the user's. Unread are the texts up to the
   * last visible entry, less those up to the place that was read or, if that is later, where the
   * range begins.
   */
  private static final String STATES =
      "SELECT s.conversation_id, s.head, s.received_seq, s.read_seq, p.received_seq, p.read_seq,"
          + " s.head - COALESCE(h.others, 0) - s.known + COALESCE(k.others, 0)"
          + " FROM (SELECT m.user_id, m.conversation_id, m.received_seq, m.read_seq,"
          + " CASE WHEN m.left_seq IS NULL THEN COALESCE("
          + HEAD
          + ", 0) ELSE m.left_seq END AS head,"
          + " CASE WHEN m.read_seq < m.joined_seq THEN m.joined_seq ELSE m.read_seq END AS known"
          + " FROM member m WHERE m.user_id = ? AND m.conversation_id > ?"
          + " ORDER BY m.conversation_id LIMIT ?) s"
          + " LEFT JOIN log_entry h ON h.conversation_id = s.conversation_id AND h.seq = s.head"
          + " LEFT JOIN log_entry k ON k.conversation_id = s.conversation_id AND k.seq = s.known"
          + " LEFT JOIN member p ON p.conversation_id = s.conversation_id"
          + " AND s.conversation_id >= "
          + FIRST_DIRECT
          + " AND p.user_id = (s.conversation_id >> 32) + (s.conversation_id & 4294967295) - s.user_id"
          + " AND p.user_id <> s.user_id"
          + " ORDER BY s.conversation_id";

  private final Database database;

  public MemberStore(Database database) {
    this.database = database;
  }

  /** The epoch of the log that places belong to. */
  public LogEpoch epoch() {
    return database.epoch();
  }

  /** A user's place in all his conversations. */
  public List<Standing> standingsOf(UserId user) {
    var standings = new ArrayList<Standing>();
    var epoch =
        database.read(
            "read conversations of a user",
            connection -> {
              standings.clear();
              String found = null;
              try (var statement = connection.prepareStatement(STANDINGS_OF_ONE)) {
                statement.setInt(1, user.value());
                try (var rows = statement.executeQuery()) {
                  while (rows.next()) {
                    standings.add(standing(rows));
                    found = rows.getString(7);
                  }
                }
              }
              return Optional.ofNullable(found);
            });
    epoch.ifPresent(database.epoch()::found);
    return standings;
  }

  /** The places of no more than {@link #USERS_AT_A_TIME} users in all their conversations. */
  public Map<UserId, List<Standing>> standingsOf(List<UserId> users) {
    return database.read(
        "read conversations of users",
        connection -> {
          try (var statement = connection.prepareStatement(STANDINGS_OF_MANY)) {
            for (int i = 0; i < USERS_AT_A_TIME; i++) {
              statement.setInt(i + 1, users.get(Math.min(i, users.size() - 1)).value());
            }
            var standings = new HashMap<UserId, List<Standing>>();
            try (var rows = statement.executeQuery()) {
              while (rows.next()) {
                standings
                    .computeIfAbsent(new UserId(rows.getInt(6)), _ -> new ArrayList<>())
                    .add(standing(rows));
              }
            }
            return standings;
          }
        });
  }

  private static Standing standing(ResultSet rows) throws SQLException {
    return new Standing(
        new ConversationId(rows.getLong(1)),
        List.of(range(rows, 2)),
        rows.getLong(4),
        rows.getLong(5));
  }

  /** Reads a range from the columns {@code joined_seq} and {@code left_seq}, which follow it. */
  public static Range range(ResultSet rows, int column) throws SQLException {
    long joined = rows.getLong(column);
    long left = rows.getLong(column + 1);
    return new Range(joined, rows.wasNull() ? Range.OPEN : left);
  }

  /** The ranges that a user saw before the current ones, in order, of each conversation. */
  public Map<ConversationId, List<Range>> earlierRangesOf(UserId user) {
    return database.read(
        "read ranges of a user",
        connection -> {
          try (var statement = connection.prepareStatement(EARLIER_RANGES)) {
            statement.setInt(1, user.value());
            var ranges = new HashMap<ConversationId, List<Range>>();
            try (var rows = statement.executeQuery()) {
              while (rows.next()) {
                ranges
                    .computeIfAbsent(new ConversationId(rows.getLong(1)), _ -> new ArrayList<>())
                    .add(range(rows, 2));
              }
            }
            return ranges;
          }
        });
  }

  /** The ranges of a conversation that a user may see, in order; empty if never a member. */
  public List<Range> ranges(UserId user, ConversationId conversation) {
    return database.read(
        "read a member",
        connection -> {
          try (var statement = connection.prepareStatement(RANGES)) {
            statement.setInt(1, user.value());
            statement.setLong(2, conversation.value());
            statement.setInt(3, user.value());
            statement.setLong(4, conversation.value());
            var ranges = new ArrayList<Range>();
            try (var rows = statement.executeQuery()) {
              while (rows.next()) {
                ranges.add(range(rows, 1));
              }
            }
            return ranges;
          }
        });
  }

  /** A user's conversations in order of their numbers, from behind {@code after} on. */
  public List<ConversationState> statesOf(UserId user, long after, int limit) {
    return database.read(
        "read conversations of a user",
        connection -> {
          try (var statement = connection.prepareStatement(STATES)) {
            statement.setInt(1, user.value());
            statement.setLong(2, after);
            statement.setInt(3, limit);
            var states = new ArrayList<ConversationState>();
            try (var rows = statement.executeQuery()) {
              while (rows.next()) {
                states.add(state(rows));
              }
            }
            return states;
          }
        });
  }

  private static ConversationState state(ResultSet rows) throws SQLException {
    long peerReceived = rows.getLong(5);
    var peer = rows.wasNull() ? null : new Place(peerReceived, rows.getLong(6));
    long unread = rows.getLong(7);
    return new ConversationState(
        new ConversationId(rows.getLong(1)),
        rows.getLong(2),
        Math.max(0, unread),
        new Place(rows.getLong(3), rows.getLong(4)),
        peer);
  }

  /**
   * Moves places forward; one that is farther already stays, and one of another epoch of the log is
   * dropped.
   *
   * @return where those are in direct conversations that have moved
   */
  List<CursorListener.Moved> advance(List<Cursor> cursors) {
    return database.writeOwn(
        "store cursors",
        connection -> {
          var epoch = epoch(connection);
          var current = cursors.stream().filter(each -> each.epoch().equals(epoch)).toList();
          int[] counts = advance(connection, current);
          var moved =
              IntStream.range(0, counts.length)
                  .filter(i -> counts[i] != 0)
                  .mapToObj(current::get)
                  .filter(cursor -> cursor.conversation().isDirect())
                  .toList();
          return places(connection, moved);
        });
  }

  /** Reads the epoch, and keeps it from being renewed until the transaction ends. */
  private String epoch(Connection connection) throws SQLException {
    try (var statement =
            connection.prepareStatement(
                "SELECT epoch FROM log_epoch WHERE id = 1" + database.dialect().sharingRows());
        var rows = statement.executeQuery()) {
      rows.next();
      return rows.getString(1);
    }
  }

  private static int[] advance(Connection connection, List<Cursor> cursors) throws SQLException {
    try (var statement = connection.prepareStatement(ADVANCE)) {
      for (var cursor : cursors) {
        long received = cursor.received();
        long read = cursor.read();
        statement.setLong(1, received);
        statement.setLong(2, received);
        statement.setLong(3, read);
        statement.setLong(4, read);
        statement.setInt(5, cursor.user().value());
        statement.setLong(6, cursor.conversation().value());
        statement.setLong(7, received);
        statement.setLong(8, read);
        statement.addBatch();
      }
      return statement.executeBatch();
    }
  }

  /** Read back: another device may be farther in the one and less far in the other. */
  private static List<CursorListener.Moved> places(Connection connection, List<Cursor> cursors)
      throws SQLException {
    var places = new ArrayList<CursorListener.Moved>();
    for (int from = 0; from < cursors.size(); from += KEYS) {
      try (var statement = connection.prepareStatement(PLACES)) {
        for (int i = 0; i < KEYS; i++) {
          var cursor = cursors.get(Math.min(from + i, cursors.size() - 1));
          statement.setInt(2 * i + 1, cursor.user().value());
          statement.setLong(2 * i + 2, cursor.conversation().value());
        }
        try (var rows = statement.executeQuery()) {
          while (rows.next()) {
            places.add(
                new CursorListener.Moved(
                    new UserId(rows.getInt(1)),
                    new ConversationId(rows.getLong(2)),
                    new Place(rows.getLong(3), rows.getLong(4))));
          }
        }
      }
    }
    return places;
  }
}
