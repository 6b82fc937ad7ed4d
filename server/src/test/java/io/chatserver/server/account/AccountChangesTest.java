package io.chatserver.server.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chatserver.protocol.UserId;
import io.chatserver.server.storage.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AccountChangesTest {
  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.sqlite();

  private final AccountChangeStore store = new AccountChangeStore(DATABASE.database());
  private final Listener listener = new Listener();

  /** Notes what it is told. */
  private static final class Listener implements AccountChanges.Listener {
    private final Queue<AccountChange> told = new ConcurrentLinkedQueue<>();
    private final AtomicInteger missed = new AtomicInteger();

    @Override
    public void changed(List<AccountChange> changes) {
      told.addAll(changes);
    }

    @Override
    public void mayHaveMissed() {
      missed.incrementAndGet();
    }
  }

  private UserId newUser() {
    return DATABASE.newUser("user " + UUID.randomUUID());
  }

  @Test
  void tellsOfChangesOnceAndInOrder() {
    var ann = newUser();
    store.revokeTokens(ann, 1);
    try (var changes = new AccountChanges(store, listener)) {
      long first = store.revision() + 1;
      for (int i = 0; i < 1200; i++) {
        store.revokeTokens(ann, 1);
      }
      changes.look(listener);
      changes.look(listener);

      assertThat(listener.told)
          .extracting(AccountChange::revision)
          .containsExactlyElementsOf(LongStream.range(first, first + 1200).boxed().toList());
      assertThat(listener.missed.get()).isZero();
    }
  }

  @Test
  void looksByItselfAndAtOnceWhereItIsAsked() {
    var ann = newUser();
    try (var changes = new AccountChanges(store, listener)) {
      changes.start();
      store.disable(ann);
      await().until(() -> listener.told.size() == 1);
      store.revokeTokens(ann, 0);
      changes.request();
      await().until(() -> listener.told.size() == 2);
      assertThat(changes.age()).isLessThan(Duration.ofSeconds(10));
    }
  }

  @Test
  void aLoginOnItsWayFindsWhatWasSeenMeanwhile() {
    var ann = newUser();
    try (var changes = new AccountChanges(store, listener)) {
      var before = changes.seen();
      assertThat(changes.since(before)).contains(List.of());
      store.disable(ann);
      assertThat(changes.since(before)).contains(List.of());
      changes.look(listener);

      assertThat(changes.since(before).orElseThrow())
          .extracting(AccountChange::user)
          .containsExactly(ann);
      assertThat(changes.since(changes.seen())).contains(List.of());
    }
  }

  @Test
  void noticesThatSomeAreNotThereAnyMore() {
    var ann = newUser();
    try (var changes = new AccountChanges(store, listener)) {
      var before = changes.seen();
      store.revokeTokens(ann, 0);
      store.revokeTokens(ann, 0);
      DATABASE.execute("DELETE FROM account_change WHERE revision = " + (store.revision() - 1));
      changes.look(listener);

      assertThat(listener.missed.get()).isEqualTo(1);
      assertThat(listener.told).isEmpty();
      assertThat(changes.since(before)).isEmpty();
      store.revokeTokens(ann, 0);
      changes.look(listener);
      assertThat(listener.told).hasSize(1);
      assertThat(listener.missed.get()).isEqualTo(1);
    }
  }

  /** The database was replaced by one that lags. */
  @Test
  void noticesThatTheNumbersWentBack() {
    var ann = newUser();
    store.revokeTokens(ann, 0);
    store.revokeTokens(ann, 0);
    try (var changes = new AccountChanges(store, listener)) {
      var before = changes.seen();
      long last = store.revision();
      DATABASE.execute("DELETE FROM account_change WHERE revision = " + last);
      DATABASE.execute("UPDATE account_revision SET revision = " + (last - 1));
      changes.look(listener);
      assertThat(listener.missed.get()).isEqualTo(1);

      store.disable(ann);
      changes.look(listener);
      assertThat(listener.told).extracting(AccountChange::revision).containsExactly(last);
      assertThat(changes.since(before)).isEmpty();
    }
  }

  @Test
  void keepsTheNewestOnly() {
    var ann = newUser();
    store.revokeTokens(ann, 0);
    long last = store.revision();
    DATABASE.execute("UPDATE account_revision SET revision = " + (last + AccountChangeStore.KEPT));
    store.revokeTokens(ann, 0);

    assertThat(store.after(last - 1, 10))
        .extracting(AccountChange::revision)
        .containsExactly(last + AccountChangeStore.KEPT + 1);
  }
}
