package io.chatserver.server.group;

import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.Role;
import io.chatserver.protocol.UserId;
import io.chatserver.server.message.MessageStore;
import io.chatserver.server.storage.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The SQL of groups and their members.
 *
 * <p>Threads: any; every call blocks.
 */
public final class GroupStore {
  /** What stands in the column {@code role}. */
  private static final int CREATOR = 0;

  private static final int NORMAL = 1;

  private static final String GROUP = "SELECT g.id, g.name, g.description, g.member_count";

  private static final String GROUPS_OF =
      GROUP
          + " FROM member m JOIN chat_group g ON g.id = m.conversation_id"
          + " WHERE m.user_id = ? ORDER BY g.id";

  private static final String CREATED_BY =
      GROUP
          + " FROM chat_group g JOIN member m ON m.conversation_id = g.id"
          + " WHERE g.name = ? AND m.user_id = ? AND m.role = "
          + CREATOR;

  private static final String MEMBERS =
      "SELECT m.user_id, a.name, m.role FROM member m JOIN account a ON a.id = m.user_id"
          + " WHERE m.conversation_id = ? AND m.user_id > ? ORDER BY m.user_id LIMIT ?";

  /** How many groups' members one statement reads. */
  private static final int GROUPS = 64;

  private static final String MEMBERS_OF_ALL =
      "SELECT m.conversation_id, m.user_id, a.name, m.role"
          + " FROM member m JOIN account a ON a.id = m.user_id WHERE m.conversation_id IN (?"
          + ",?".repeat(GROUPS - 1)
          + ") ORDER BY m.user_id";

  private static final String COUNT_GROUPS_OF =
      "SELECT COUNT(*) FROM member m JOIN chat_group g ON g.id = m.conversation_id"
          + " WHERE m.user_id = ?";

  private static final String INSERT_MEMBER =
      "INSERT INTO member (user_id, conversation_id, role, joined_seq, received_seq)"
          + " VALUES (?, ?, ?, ?, ?)";

  private final Database database;

  public GroupStore(Database database) {
    this.database = database;
  }

  /** A group without its members. */
  public record StoredGroup(GroupId id, String name, String description, int memberCount) {}

  /** A member, wherever he is. */
  record StoredMember(UserId id, String name, Role role) {}

  /** Stores a group with its first member; a name that is taken fails as a duplicate key. */
  StoredGroup create(String name, String description, UserId creator, long createdAtMicros) {
    return database.write(
        "store a group",
        connection -> {
          try (var statement =
              connection.prepareStatement(
                  "INSERT INTO chat_group (name, description, member_count, created_at)"
                      + " VALUES (?, ?, 1, ?)",
                  Statement.RETURN_GENERATED_KEYS)) {
            statement.setString(1, name);
            statement.setString(2, description);
            statement.setLong(3, createdAtMicros);
            statement.executeUpdate();
            try (var keys = statement.getGeneratedKeys()) {
              keys.next();
              var id = new GroupId(keys.getInt(1));
              insertMember(connection, id, creator, Role.CREATOR, 0);
              return new StoredGroup(id, name, description, 1);
            }
          }
        });
  }

  /**
   * Makes a user a member, who sees what is said from now on; one who is a member fails as a
   * duplicate key.
   *
   * @return the last message that he does not see
   */
  long join(GroupId group, UserId user) {
    return database.write(
        "join a group",
        connection -> {
          long head = MessageStore.head(connection, ConversationId.group(group));
          insertMember(connection, group, user, Role.NORMAL, head);
          try (var statement =
              connection.prepareStatement(
                  "UPDATE chat_group SET member_count = member_count + 1 WHERE id = ?")) {
            statement.setInt(1, group.value());
            statement.executeUpdate();
          }
          return head;
        });
  }

  private static void insertMember(
      Connection connection, GroupId group, UserId user, Role role, long joinedSeq)
      throws SQLException {
    try (var statement = connection.prepareStatement(INSERT_MEMBER)) {
      statement.setInt(1, user.value());
      statement.setLong(2, ConversationId.group(group).value());
      statement.setInt(3, role == Role.CREATOR ? CREATOR : NORMAL);
      statement.setLong(4, joinedSeq);
      statement.setLong(5, joinedSeq);
      statement.executeUpdate();
    }
  }

  Optional<StoredGroup> find(GroupId group) {
    return database.read(
        "read a group",
        connection -> {
          try (var statement =
              connection.prepareStatement(GROUP + " FROM chat_group g WHERE g.id = ?")) {
            statement.setInt(1, group.value());
            return groups(statement).stream().findFirst();
          }
        });
  }

  /** The group of this name. */
  Optional<GroupId> find(String name) {
    return database.read(
        "look for a group",
        connection -> {
          try (var statement =
              connection.prepareStatement("SELECT id, name FROM chat_group WHERE name = ?")) {
            statement.setString(1, name);
            try (var rows = statement.executeQuery()) {
              // MySQL ignores blanks at the end in comparisons.
              return rows.next() && rows.getString(2).equals(name)
                  ? Optional.of(new GroupId(rows.getInt(1)))
                  : Optional.empty();
            }
          }
        });
  }

  /** The group of this name, if this user created it. */
  Optional<StoredGroup> findCreatedBy(UserId creator, String name) {
    return database.read(
        "read a group",
        connection -> {
          try (var statement = connection.prepareStatement(CREATED_BY)) {
            statement.setString(1, name);
            statement.setInt(2, creator.value());
            return groups(statement).stream().findFirst();
          }
        });
  }

  List<StoredGroup> groupsOf(UserId user) {
    return database.read(
        "read groups",
        connection -> {
          try (var statement = connection.prepareStatement(GROUPS_OF)) {
            statement.setInt(1, user.value());
            return groups(statement);
          }
        });
  }

  /** The number of a user's groups. */
  int countGroupsOf(UserId user) {
    return database.read(
        "count groups",
        connection -> {
          try (var statement = connection.prepareStatement(COUNT_GROUPS_OF)) {
            statement.setInt(1, user.value());
            try (var rows = statement.executeQuery()) {
              rows.next();
              return rows.getInt(1);
            }
          }
        });
  }

  private static List<StoredGroup> groups(PreparedStatement statement) throws SQLException {
    var groups = new ArrayList<StoredGroup>();
    try (var rows = statement.executeQuery()) {
      while (rows.next()) {
        groups.add(
            new StoredGroup(
                new GroupId(rows.getInt(1)), rows.getString(2), rows.getString(3), rows.getInt(4)));
      }
    }
    return groups;
  }

  /** The last message of a group that a member does not get; empty for one who is none. */
  OptionalLong placeOf(UserId user, GroupId group) {
    return database.read(
        "read a member",
        connection -> {
          try (var statement =
              connection.prepareStatement(
                  "SELECT joined_seq FROM member WHERE user_id = ? AND conversation_id = ?")) {
            statement.setInt(1, user.value());
            statement.setLong(2, ConversationId.group(group).value());
            try (var rows = statement.executeQuery()) {
              return rows.next() ? OptionalLong.of(rows.getLong(1)) : OptionalLong.empty();
            }
          }
        });
  }

  /** Members in order of their ids. */
  List<StoredMember> members(GroupId group, int afterId, int limit) {
    return database.read(
        "read members",
        connection -> {
          try (var statement = connection.prepareStatement(MEMBERS)) {
            statement.setLong(1, ConversationId.group(group).value());
            statement.setInt(2, afterId);
            statement.setInt(3, limit);
            var members = new ArrayList<StoredMember>();
            try (var rows = statement.executeQuery()) {
              while (rows.next()) {
                members.add(member(rows, 1));
              }
            }
            return members;
          }
        });
  }

  /** All members of several small groups, in order of their ids. */
  Map<GroupId, List<StoredMember>> members(List<GroupId> groups) {
    if (groups.isEmpty()) {
      return Map.of();
    }
    return database.read(
        "read members",
        connection -> {
          var members = new HashMap<GroupId, List<StoredMember>>();
          try (var statement = connection.prepareStatement(MEMBERS_OF_ALL)) {
            for (int from = 0; from < groups.size(); from += GROUPS) {
              for (int i = 0; i < GROUPS; i++) {
                var group = groups.get(Math.min(from + i, groups.size() - 1));
                statement.setLong(i + 1, ConversationId.group(group).value());
              }
              addMembers(statement, members);
            }
          }
          return members;
        });
  }

  private static void addMembers(
      PreparedStatement statement, Map<GroupId, List<StoredMember>> members) throws SQLException {
    try (var rows = statement.executeQuery()) {
      while (rows.next()) {
        members
            .computeIfAbsent(new GroupId(rows.getInt(1)), _ -> new ArrayList<>())
            .add(member(rows, 2));
      }
    }
  }

  private static StoredMember member(ResultSet rows, int column) throws SQLException {
    return new StoredMember(
        new UserId(rows.getInt(column)),
        rows.getString(column + 1),
        rows.getInt(column + 2) == CREATOR ? Role.CREATOR : Role.NORMAL);
  }
}
