package io.chatserver.server.friend;

import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Friend;
import io.chatserver.protocol.UserId;
import io.chatserver.server.account.Account;
import io.chatserver.server.account.AccountService;
import io.chatserver.server.cluster.Presence;
import io.chatserver.server.fault.Rejected;
import io.chatserver.server.storage.StoredTime;
import java.time.Clock;
import java.util.List;
import java.util.Set;

/**
 * Keeps each user's list of friends. As in the original it is his own: who is on it is not asked.
 *
 * <p>Threads: any; every call blocks.
 */
public final class FriendService {
  private final FriendStore store;
  private final AccountService accounts;
  private final Presence presence;
  private final Clock clock;
  private final int maxFriends;

  public FriendService(
      FriendStore store, AccountService accounts, Presence presence, Clock clock, int maxFriends) {
    this.store = store;
    this.accounts = accounts;
    this.presence = presence;
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
    var list = store.onList(user, friend);
    if (!list.has()) {
      if (list.size() >= maxFriends) {
        throw new Rejected(ErrorCode.LIMIT_REACHED, maxFriends + " friends");
      }
      store.insert(user, friend, StoredTime.of(clock.instant()));
    }
    boolean online = presence.online(Set.of(friend)).contains(friend);
    return new Friend(account.id(), account.name(), online);
  }

  /** A user's friends, in order of their ids. */
  public List<Friend> friendsOf(UserId user) {
    var friends = store.friendsOf(user);
    var online = presence.online(friends.stream().map(Account::id).toList());
    return friends.stream()
        .map(friend -> new Friend(friend.id(), friend.name(), online.contains(friend.id())))
        .toList();
  }
}
