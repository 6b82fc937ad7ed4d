package io.chatserver.server.group;

import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.MemberEntry.Change;
import io.chatserver.protocol.Role;
import io.chatserver.protocol.UserId;
import io.chatserver.server.message.Changed;
import io.chatserver.server.message.MemberStore;
import io.chatserver.server.message.MessageStore;
import io.chatserver.server.message.Range;
import io.chatserver.server.storage.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

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
          + " WHERE m.user_id = ? AND m.left_seq IS NULL ORDER BY g.id";

  private static final String CREATED_BY =
      GROUP
          + " FROM chat_group g JOIN member m ON m.conversation_id = g.id"
          + " WHERE g.name = ? AND m.user_id = ? AND m.left_seq IS NULL AND m.role = "
          + CREATOR;

  private static final String MEMBERS =
      "SELECT m.user_id, a.name, m.role FROM member m JOIN account a ON a.id = m.user_id"
          + " WHERE m.conversation_id = ? AND m.user_id > ? AND m.left_seq IS NULL"
          + " ORDER BY m.user_id LIMIT ?";

  /** How many groups' members one statement reads. */
  private static final int GROUPS = 64;

  private static final String MEMBERS_OF_ALL =
      "SELECT m.conversation_id, m.user_id, a.name, m.role"
          + " FROM member m JOIN account a ON a.id = m.user_id WHERE m.conversation_id IN (?"
          + ",?".repeat(GROUPS - 1)
          + ") AND m.left_seq IS NULL ORDER BY m.user_id";

  private static final String COUNT_GROUPS_OF =
      "SELECT COUNT(*) FROM member m JOIN chat_group g ON g.id = m.conversation_id"
          + " WHERE m.user_id = ? AND m.left_seq IS NULL";

  private static final String MEMBER =
      "SELECT joined_seq, left_seq FROM member WHERE user_id = ? AND conversation_id = ?";

  private static final String REJOIN =
      "UPDATE member SET role = "
          + NORMAL
          + ", joined_seq = ?, left_seq = NULL,"
          + " read_seq = CASE WHEN read_seq < ? THEN ? ELSE read_seq END"
          + " WHERE user_id = ? AND conversation_id = ?";

  private static final String COUNT_MEMBERS =
      "UPDATE chat_group SET member_count = member_count + ? WHERE id = ?";

  private static final String INSERT_MEMBER =
      "INSERT INTO member (user_id, conversation_id, role, joined_seq, received_seq)"
          + " VALUES (?, ?, ?, ?, ?)";

  private final Database database;
  private final MessageStore messages;

  public GroupStore(Database database, MessageStore messages) {
    this.database = database;
    this.messages = messages;
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
   * Makes a user a member, who sees what is said from now on; one who is stays one.
   *
   * @return the last entry that the user does not see
   */
  Changed<Long> join(GroupId group, UserId user, Instant now) {
    var conversation = ConversationId.group(group);
    return messages.write(
        "join a group",
        conversation,
        (connection, head) -> {
          var before = member(connection, conversation, user);
          if (before != null && before.isOpen()) {
            return new Changed<>(before.joined(), null);
          }
          var entry =
              messages.append(connection, head, conversation, Change.JOINED, user, user, now);
          if (before == null) {
            insertMember(connection, group, user, Role.NORMAL, head.seq());
          } else {
            rejoin(connection, conversation, user, before, head.seq());
          }
          countMembers(connection, group, 1);
          return new Changed<>(head.seq(), entry);
        });
  }

  /**
   * Removes a member, who sees the entry that tells of it and nothing behind it.
   *
   * @param by who removes the member
   * @return false if the user is no member
   */
  Changed<Boolean> remove(GroupId group, UserId user, UserId by, Instant now) {
    var conversation = ConversationId.group(group);
    return messages.write(
        "remove a member",
        conversation,
        (connection, head) -> {
          var before = member(connection, conversation, user);
          if (before == null || !before.isOpen()) {
            return new Changed<>(false, null);
          }
          var entry =
              messages.append(connection, head, conversation, Change.REMOVED, by, user, now);
          try (var statement =
              connection.prepareStatement(
                  "UPDATE member SET left_seq = ? WHERE user_id = ? AND conversation_id = ?")) {
            statement.setLong(1, entry.head().seq());
            statement.setInt(2, user.value());
            statement.setLong(3, conversation.value());
            statement.executeUpdate();
          }
          countMembers(connection, group, -1);
          return new Changed<>(true, entry);
        });
  }

  private static @Nullable Range member(
      Connection connection, ConversationId conversation, UserId user) throws SQLException {
    try (var statement = connection.prepareStatement(MEMBER)) {
      statement.setInt(1, user.value());
      statement.setLong(2, conversation.value());
      try (var rows = statement.executeQuery()) {
        return rows.next() ? MemberStore.range(rows, 1) : null;
      }
    }
  }

  /** Keeps the range before, which stays readable. */
  private static void rejoin(
      Connection connection, ConversationId conversation, UserId user, Range before, long joined)
      throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "INSERT INTO member_range (user_id, conversation_id, joined_seq, left_seq)"
                + " VALUES (?, ?, ?, ?)")) {
      statement.setInt(1, user.value());
      statement.setLong(2, conversation.value());
      statement.setLong(3, before.joined());
      statement.setLong(4, before.left());
      statement.executeUpdate();
    }
    try (var statement = connection.prepareStatement(REJOIN)) {
      statement.setLong(1, joined);
      statement.setLong(2, joined);
      statement.setLong(3, joined);
      statement.setInt(4, user.value());
      statement.setLong(5, conversation.value());
      statement.executeUpdate();
    }
  }

  private static void countMembers(Connection connection, GroupId group, int difference)
      throws SQLException {
    try (var statement = connection.prepareStatement(COUNT_MEMBERS)) {
      statement.setInt(1, difference);
      statement.setInt(2, group.value());
      statement.executeUpdate();
    }
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

  /** The last entry of a group that a member does not see; empty for one who is none. */
  OptionalLong placeOf(UserId user, GroupId group) {
    return database.read(
        "read a member",
        connection -> {
          try (var statement =
              connection.prepareStatement(
                  "SELECT joined_seq FROM member WHERE user_id = ? AND conversation_id = ?"
                      + " AND left_seq IS NULL")) {
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
