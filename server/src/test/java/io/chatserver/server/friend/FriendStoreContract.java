package io.chatserver.server.friend;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.UserId;
import io.chatserver.server.account.Account;
import io.chatserver.server.storage.TestDatabase;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What the SQL of friends has to do on every database. */
abstract class FriendStoreContract {
  private final FriendStore store;
  private final Account ann;
  private final Account bob;
  private final Account cyd;

  FriendStoreContract(TestDatabase testDatabase) {
    store = new FriendStore(testDatabase.database());
    ann = account(testDatabase, "ann");
    bob = account(testDatabase, "b'o\"b; --");
    cyd = account(testDatabase, "çýd 😀");
  }

  private static Account account(TestDatabase testDatabase, String prefix) {
    var name = prefix + UUID.randomUUID();
    return new Account(testDatabase.newUser(name), name);
  }

  @Test
  void listsFriendsInOrderOfTheirIds() {
    store.insert(ann.id(), cyd.id(), 1);
    store.insert(ann.id(), bob.id(), 2);

    assertThat(store.friendsOf(ann.id())).containsExactly(bob, cyd);
  }

  @Test
  void keepsListsApart() {
    store.insert(ann.id(), bob.id(), 1);

    assertThat(store.friendsOf(bob.id())).isEmpty();
    assertThat(store.friendsOf(cyd.id())).isEmpty();
  }

  @Test
  void passesOverOneWhoStandsThere() {
    store.insert(ann.id(), bob.id(), 1);
    store.insert(ann.id(), bob.id(), 2);
    store.insert(ann.id(), ann.id(), 3);

    assertThat(store.friendsOf(ann.id())).containsExactly(ann, bob);
  }

  @Test
  void doesNotListWhoHasNoAccount() {
    store.insert(ann.id(), new UserId(Integer.MAX_VALUE), 1);

    assertThat(store.friendsOf(ann.id())).isEmpty();
  }
}
