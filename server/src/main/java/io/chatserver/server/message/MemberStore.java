package io.chatserver.server.message;

import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.UserId;
import io.chatserver.server.storage.Database;
import java.util.ArrayList;
import java.util.List;

/**
 * The SQL of the members' places in the log.
 *
 * <p>Threads: any; every call blocks.
 */
public final class MemberStore {
  /** Group ids are below, direct conversations from here on. */
  private static final long FIRST_DIRECT = 1L << 32;

  private static final String ADVANCE =
      "UPDATE member SET received_seq = ?"
          + " WHERE user_id = ? AND conversation_id = ? AND received_seq < ?";

  private static final String GROUPS =
      "SELECT conversation_id FROM member WHERE user_id = ? AND conversation_id < " + FIRST_DIRECT;

  private static final String STANDINGS =
      "SELECT m.conversation_id, m.received_seq,"
          + " (SELECT e.seq FROM message e WHERE e.conversation_id = m.conversation_id"
          + " ORDER BY e.seq DESC LIMIT 1)"
          + " FROM member m WHERE m.user_id = ?";

  private final Database database;

  public MemberStore(Database database) {
    this.database = database;
  }

  /** The conversations of the groups that a user is in. */
  public List<ConversationId> groupsOf(UserId user) {
    return database.read(
        "read groups of a user",
        connection -> {
          try (var statement = connection.prepareStatement(GROUPS)) {
            statement.setInt(1, user.value());
            var groups = new ArrayList<ConversationId>();
            try (var rows = statement.executeQuery()) {
              while (rows.next()) {
                groups.add(new ConversationId(rows.getLong(1)));
              }
            }
            return groups;
          }
        });
  }

  /** A user's place in all his conversations. */
  public List<Standing> standingsOf(UserId user) {
    return database.read(
        "read conversations of a user",
        connection -> {
          try (var statement = connection.prepareStatement(STANDINGS)) {
            statement.setInt(1, user.value());
            var standings = new ArrayList<Standing>();
            try (var rows = statement.executeQuery()) {
              while (rows.next()) {
                standings.add(
                    new Standing(
                        new ConversationId(rows.getLong(1)), rows.getLong(2), rows.getLong(3)));
              }
            }
            return standings;
          }
        });
  }

  /** Moves places forward; one that is farther already stays. */
  void advance(List<Cursor> cursors) {
    database.write(
        "store cursors",
        connection -> {
          try (var statement = connection.prepareStatement(ADVANCE)) {
            for (var cursor : cursors) {
              long received = cursor.received();
              statement.setLong(1, received);
              statement.setInt(2, cursor.user().value());
              statement.setLong(3, cursor.conversation().value());
              statement.setLong(4, received);
              statement.addBatch();
            }
            return statement.executeBatch();
          }
        });
  }
}
