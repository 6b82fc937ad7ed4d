package io.chatserver.server.friend;

import io.chatserver.protocol.UserId;
import io.chatserver.server.account.Account;
import io.chatserver.server.storage.Database;
import java.util.ArrayList;
import java.util.List;

/**
 * The SQL of friends.
 *
 * <p>Threads: any; every call blocks.
 */
public final class FriendStore {
  private static final String FRIENDS =
      "SELECT a.id, a.name FROM friend f JOIN account a ON a.id = f.friend_id"
          + " WHERE f.user_id = ? ORDER BY f.friend_id";

  private static final String ON_LIST =
      "SELECT COUNT(*), COALESCE(MAX(CASE WHEN friend_id = ? THEN 1 ELSE 0 END), 0)"
          + " FROM friend WHERE user_id = ?";

  private final Database database;
  private final String insert;

  public FriendStore(Database database) {
    this.database = database;
    this.insert =
        "INSERT INTO friend (user_id, friend_id, created_at) VALUES (?, ?, ?) "
            + database.dialect().ignoringDuplicates();
  }

  /** Puts someone on a list; does nothing if he stands there. */
  void insert(UserId user, UserId friend, long createdAtMicros) {
    database.write(
        "store a friend",
        connection -> {
          try (var statement = connection.prepareStatement(insert)) {
            statement.setInt(1, user.value());
            statement.setInt(2, friend.value());
            statement.setLong(3, createdAtMicros);
            return statement.executeUpdate();
          }
        });
  }

  /**
   * The list of a user.
   *
   * @param size the number of friends
   * @param has whether it has a given friend
   */
  record OnList(int size, boolean has) {}

  /** Reads the size of a user's list, and whether it has a given friend. */
  OnList onList(UserId user, UserId friend) {
    return database.read(
        "look for a friend",
        connection -> {
          try (var statement = connection.prepareStatement(ON_LIST)) {
            statement.setInt(1, friend.value());
            statement.setInt(2, user.value());
            try (var rows = statement.executeQuery()) {
              rows.next();
              return new OnList(rows.getInt(1), rows.getInt(2) == 1);
            }
          }
        });
  }

  List<Account> friendsOf(UserId user) {
    return database.read(
        "read friends",
        connection -> {
          try (var statement = connection.prepareStatement(FRIENDS)) {
            statement.setInt(1, user.value());
            var friends = new ArrayList<Account>();
            try (var rows = statement.executeQuery()) {
              while (rows.next()) {
                friends.add(new Account(new UserId(rows.getInt(1)), rows.getString(2)));
              }
            }
            return friends;
          }
        });
  }
}
