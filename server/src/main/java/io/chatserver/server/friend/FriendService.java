package io.chatserver.server.friend;

import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Friend;
import io.chatserver.protocol.UserId;
import io.chatserver.server.account.Account;
import io.chatserver.server.account.AccountService;
import io.chatserver.server.fault.Rejected;
import io.chatserver.server.session.SessionRegistry;
import io.chatserver.server.storage.StoredTime;
import java.time.Clock;
import java.util.List;

/**
 * Keeps each user's list of friends. As in the original it is his own: who is on it is not asked.
 *
 * <p>Threads: any; every call blocks.
 */
public final class FriendService {
  private final FriendStore store;
  private final AccountService accounts;
  private final SessionRegistry registry;
  private final Clock clock;
  private final int maxFriends;

  public FriendService(
      FriendStore store,
      AccountService accounts,
      SessionRegistry registry,
      Clock clock,
      int maxFriends) {
    this.store = store;
    this.accounts = accounts;
    this.registry = registry;
    this.clock = clock;
    this.maxFriends = maxFriends;
  }

  /**
   * Puts a user on the list; one who stands there already stays.
   *
   * @throws Rejected if there is no such user, or the list is full
   */
  public Friend add(UserId user, UserId friend) {
    var account =
        accounts.find(friend).orElseThrow(() -> new Rejected(ErrorCode.NO_SUCH_USER, "" + friend));
    var friends = store.friendsOf(user);
    if (friends.size() >= maxFriends && !friends.contains(account)) {
      throw new Rejected(ErrorCode.LIMIT_REACHED, maxFriends + " friends");
    }
    store.insert(user, friend, StoredTime.of(clock.instant()));
    return friend(account);
  }

  /** A user's friends, in order of their ids. */
  public List<Friend> friendsOf(UserId user) {
    return store.friendsOf(user).stream().map(this::friend).toList();
  }

  private Friend friend(Account account) {
    return new Friend(account.id(), account.name(), registry.isOnline(account.id()));
  }
}
