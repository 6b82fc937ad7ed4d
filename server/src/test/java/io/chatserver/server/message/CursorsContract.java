package io.chatserver.server.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.UserId;
import io.chatserver.server.storage.StorageException;
import io.chatserver.server.storage.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** How far users have received has to be stored, on every database. */
abstract class CursorsContract {
  private final TestDatabase testDatabase;
  private final MemberStore store;
  private final UserId ann;

  CursorsContract(TestDatabase testDatabase) {
    this.testDatabase = testDatabase;
    store = new MemberStore(testDatabase.database());
    ann = testDatabase.newUser("ann " + UUID.randomUUID());
  }

  private static final CursorListener NOBODY = _ -> {};

  @Test
  void hasStoredWhatWasNotedWhenAFlushReturns() {
    var cursor = cursor(ann, joined());

    try (var cursors = new Cursors(store, NOBODY)) {
      for (long seq = 1; seq <= 20; seq++) {
        cursors.moved(cursor, 2 * seq, 0);
        cursors.moved(cursor, 2 * seq + 1, 0);
        cursors.flush();

        assertThat(stored(cursor)).isEqualTo(2 * seq + 1);
      }
    }
  }

  @Test
  void storesByItself() {
    var cursor = cursor(ann, joined());

    try (var cursors = new Cursors(store, NOBODY)) {
      cursors.moved(cursor, 5, 0);

      await().until(() -> stored(cursor) == 5);
    }
  }

  /** One who moves faster than the database stores holds up nobody who waits. */
  @Test
  void aFlushEndsWhileOthersMove() throws InterruptedException {
    var cursor = cursor(ann, joined());
    var moving = new AtomicBoolean(true);
    var moved = new CountDownLatch(1);
    try (var cursors = new Cursors(store, NOBODY)) {
      var mover =
          Thread.ofPlatform()
              .start(() -> {
                for (long seq = 1; moving.get(); seq++) {
                  cursors.moved(cursor, seq, 0);
                  moved.countDown();
                }
              });
      moved.await();
      for (int i = 0; i < 20; i++) {
        cursors.flush();
      }
      moving.set(false);
      mover.join();
    }
    assertThat(stored(cursor)).isPositive();
  }

  @Test
  void storesTheLastOfManyNotes() {
    var cursor = cursor(ann, joined());

    try (var cursors = new Cursors(store, NOBODY)) {
      for (long seq = 1; seq <= 200_000; seq++) {
        cursors.moved(cursor, seq, 0);
      }
      cursors.flush();

      assertThat(stored(cursor)).isEqualTo(200_000);
    }
  }

  @Test
  void takesTheFarthestOfSeveralDevices() {
    var conversation = joined();
    var phone = cursor(ann, conversation);
    var desk = cursor(ann, conversation);

    try (var cursors = new Cursors(store, NOBODY)) {
      cursors.moved(phone, 9, 0);
      cursors.flush();
      cursors.moved(desk, 4, 0);
      cursors.flush();
      assertThat(stored(desk)).isEqualTo(9);

      cursors.moved(desk, 12, 0);
      cursors.moved(phone, 10, 0);
      cursors.flush();
      assertThat(stored(desk)).isEqualTo(12);
    }
  }

  @Test
  void forgetsNothingWhileTheDatabaseIsDown() {
    var all = new ArrayList<Cursor>();
    for (int i = 0; i < 60; i++) {
      all.add(cursor(ann, joined()));
    }

    try (var database = testDatabase.open(TestDatabase.impatient());
        var cursors = new Cursors(new MemberStore(database), NOBODY)) {
      try (var _ = testDatabase.outage()) {
        all.forEach(cursor -> cursors.moved(cursor, 3, 0));
        assertThatThrownBy(cursors::flush).isInstanceOf(StorageException.class);
        all.subList(0, 30).forEach(cursor -> cursors.moved(cursor, 4, 0));
        assertThatThrownBy(cursors::flush).isInstanceOf(StorageException.class);
      }
      await().ignoreExceptionsInstanceOf(StorageException.class).untilAsserted(cursors::flush);

      assertThat(all.subList(0, 30)).extracting(this::stored).containsOnly(4L);
      assertThat(all.subList(30, 60)).extracting(this::stored).containsOnly(3L);
    }
  }

  @Test
  void storesMoreThanOneBatch() {
    var conversations = joined(700);

    try (var cursors = new Cursors(store, NOBODY)) {
      conversations.forEach(conversation -> cursors.moved(cursor(ann, conversation), 8, 0));
      cursors.flush();

      assertThat(store.standingsOf(ann)).hasSize(700).allMatch(place -> place.received() == 8);
    }
  }

  @Test
  void servesManyWhoFlushAtATime() {
    var places = joined(16).stream().map(conversation -> cursor(ann, conversation)).toList();

    try (var cursors = new Cursors(store, NOBODY);
        var executor = Executors.newFixedThreadPool(16)) {
      var checks = new ArrayList<java.util.concurrent.Future<?>>();
      for (var cursor : places) {
        checks.add(
            executor.submit(() -> {
              for (long seq = 1; seq <= 10; seq++) {
                cursors.moved(cursor, seq, 0);
                cursors.flush();
                assertThat(stored(cursor)).isEqualTo(seq);
              }
            }));
      }

      assertThat(checks).allSatisfy(check -> assertThat(check.get()).isNull());
    }
  }

  @Test
  void storesWhatWaitsBeforeItCloses() {
    var cursor = cursor(ann, joined());
    var cursors = new Cursors(store, NOBODY);

    cursors.moved(cursor, 7, 0);
    cursors.close();

    assertThat(stored(cursor)).isEqualTo(7);
    cursors.flush();
  }

  private long stored(Cursor cursor) {
    return store.standingsOf(ann).stream()
        .filter(place -> place.conversation().equals(cursor.conversation()))
        .findFirst()
        .orElseThrow()
        .received();
  }

  private ConversationId joined() {
    return joined(1).getFirst();
  }

  private List<ConversationId> joined(int count) {
    var conversations = new ArrayList<ConversationId>();
    var rows = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      var conversation = testDatabase.newGroupConversation();
      conversations.add(conversation);
      rows.add("(%s, %d, 1, 0, 0)".formatted(ann, conversation.value()));
    }
    testDatabase.execute(
        "INSERT INTO member (user_id, conversation_id, role, joined_seq, received_seq) VALUES "
            + String.join(", ", rows));
    return conversations;
  }

  private Cursor cursor(UserId user, ConversationId conversation) {
    return new Cursor(user, conversation, testDatabase.database().epoch().current().id());
  }
}
