package io.chatserver.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** SQLite has one writer: messages and the batches of other writes have it in turn. */
class DatabaseTest extends DatabaseContract {
  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.sqlite();

  private final Database database = DATABASE.database();
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final CountDownLatch held = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);

  DatabaseTest() {
    super(DATABASE);
  }

  @AfterEach
  void end() {
    release.countDown();
    executor.shutdownNow();
  }

  /** Returns when messages are being written, which go on until the release. */
  private void holdTheWriter() throws InterruptedException {
    executor.execute(() -> database.writeMessages("hold", _ -> holdUntil(held, release)));
    held.await();
  }

  /** Returns when the write waits in the lane. */
  private Future<Integer> queue(Database.Work<Integer> work) {
    int waiting = database.lane().waiting();
    var result = executor.submit(() -> database.write("write", work));
    await().until(() -> database.lane().waiting() == waiting + 1);
    return result;
  }

  @Test
  void writesThatWaitShareATransaction() throws Exception {
    long transactions = database.lane().transactions();
    var results = new ArrayList<Future<Integer>>();
    holdTheWriter();
    for (int i = 1; i <= 40; i++) {
      int friend = i;
      results.add(executor.submit(() -> database.write("write", c -> insert(c, friend))));
    }
    await().until(() -> database.lane().waiting() == 40);
    release.countDown();
    for (var result : results) {
      assertThat(result.get()).isEqualTo(1);
    }

    assertThat(count()).isEqualTo(40);
    // A batch ends after five milliseconds as well.
    assertThat(database.lane().transactions() - transactions).isLessThan(30);
    assertThat(database.lane().waiting()).isZero();
  }

  @Test
  void aWriteThatFailsDoesNotUndoTheOthersOfItsBatch() throws Exception {
    holdTheWriter();
    var one = queue(connection -> insert(connection, 1));
    var again = queue(connection -> insert(connection, 9) + insert(connection, 1));
    var thrown =
        queue(connection -> {
          insert(connection, 8);
          throw new IllegalStateException("on purpose");
        });
    var two = queue(connection -> insert(connection, 2));
    release.countDown();

    assertThat(one.get()).isEqualTo(1);
    assertThat(two.get()).isEqualTo(1);
    assertThatThrownBy(again::get)
        .cause()
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.isDuplicateKey()).isTrue());
    assertThatThrownBy(thrown::get).hasRootCauseMessage("on purpose");
    assertThat(DATABASE.number("SELECT SUM(friend_id) FROM friend")).isEqualTo(3);
  }

  @Test
  void allOfABatchHaveFailedIfItsTransactionIsOver() throws Exception {
    holdTheWriter();
    var lost = queue(connection -> insert(connection, 1));
    var breaking = queue(connection -> insert(connection, 2) + rollBack(connection));
    release.countDown();

    assertThatThrownBy(lost::get).hasCauseInstanceOf(StorageException.class);
    assertThatThrownBy(breaking::get).hasCauseInstanceOf(StorageException.class);
    assertThat(count()).isZero();
    int stored = database.write("write", connection -> insert(connection, 3));
    assertThat(stored).isEqualTo(1);
    assertThat(count()).isEqualTo(1);
  }

  /** As SQLite does by itself when the disk is full. */
  private static int rollBack(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      return statement.executeUpdate("ROLLBACK");
    }
  }

  @Test
  void messagesWaitForOneBatchOfOtherWritesAndNoMore() throws Exception {
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    var first = executor.submit(() -> database.write("hold", _ -> holdUntil(held, release)));
    held.await();
    var later = queue(connection -> note(order, "other", connection, 1));
    var message =
        executor.submit(() -> {
          order.add("begun");
          return database.writeMessages(
              "write", connection -> note(order, "message", connection, 2));
        });
    await().until(() -> order.contains("begun"));
    release.countDown();

    assertThat(first.get()).isTrue();
    assertThat(message.get()).isEqualTo(1);
    assertThat(later.get()).isEqualTo(1);
    assertThat(order).containsExactly("begun", "message", "other");
  }

  private static int note(List<String> order, String what, Connection connection, int friend)
      throws SQLException {
    order.add(what);
    return insert(connection, friend);
  }

  @Test
  void refusesWritesWhereTooManyWaitButNotItsOwn() throws Exception {
    try (var small = DATABASE.open(Map.of("storage.write_queue", "1"))) {
      executor.execute(() -> small.write("hold", _ -> holdUntil(held, release)));
      held.await();

      assertThatThrownBy(() -> small.write("write", connection -> insert(connection, 1)))
          .isInstanceOf(io.chatserver.server.fault.Rejected.class)
          .hasMessageStartingWith("BUSY");
      var own = executor.submit(() -> small.writeOwn("own", connection -> insert(connection, 2)));
      await().until(() -> small.lane().waiting() == 2);
      release.countDown();
      assertThat(own.get()).isEqualTo(1);
      assertThat(small.lane().refused()).isEqualTo(1);
    }
    assertThat(DATABASE.number("SELECT SUM(friend_id) FROM friend")).isEqualTo(2);
  }
}
