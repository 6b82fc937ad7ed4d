package io.chatserver.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DatabaseIT extends DatabaseContract {
  private static final int TRIES = 10;
  private static final SharedMariaDb MARIA_DB = new SharedMariaDb();

  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase(MARIA_DB);

  private final AtomicInteger tries = new AtomicInteger();

  DatabaseIT() {
    super(DATABASE);
  }

  @Test
  void triesAgainWhereTwoLockEachOtherOut() throws Exception {
    DATABASE.execute("INSERT INTO friend VALUES (1, 1, 0), (1, 2, 0)");
    var bothHoldOne = new CyclicBarrier(2);

    try (var executor = Executors.newFixedThreadPool(2)) {
      var results = new ArrayList<Future<Integer>>();
      for (var order : List.of(List.of(1, 2), List.of(2, 1))) {
        results.add(executor.submit(() -> lockBoth(order, bothHoldOne)));
      }
      for (var result : results) {
        assertThat(result.get()).isEqualTo(2);
      }
    }

    assertThat(tries).hasValue(3);
    assertThat(DATABASE.number("SELECT SUM(created_at) FROM friend")).isEqualTo(4);
  }

  private int lockBoth(List<Integer> order, CyclicBarrier bothHoldOne) {
    return DATABASE
        .database()
        .write(
            "lock both",
            connection -> {
              int changed = touch(connection, order.get(0));
              if (tries.incrementAndGet() <= 2) {
                pass(bothHoldOne);
              }
              return changed + touch(connection, order.get(1));
            });
  }

  private static void pass(CyclicBarrier barrier) {
    try {
      barrier.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int touch(Connection connection, int friend) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "UPDATE friend SET created_at = created_at + 1 WHERE friend_id = ? AND user_id = 1")) {
      statement.setInt(1, friend);
      return statement.executeUpdate();
    }
  }

  /** A deadlock, as the database would report it. */
  @Test
  void triesTenTimesAndNoMore() {
    int rows =
        DATABASE
            .database()
            .write(
                "write",
                connection -> {
                  insert(connection, tries.incrementAndGet());
                  return tries.get() < TRIES ? deadlock(connection) : 1;
                });
    assertThat(rows).isEqualTo(1);
    assertThat(tries).hasValue(TRIES);
    assertThat(count()).isEqualTo(1);

    assertThatThrownBy(() ->
            DATABASE
                .database()
                .write(
                    "write in vain",
                    connection -> {
                      insert(connection, TRIES + tries.incrementAndGet());
                      return deadlock(connection);
                    }))
        .isInstanceOf(StorageException.class)
        .hasMessageStartingWith("write in vain: ");
    assertThat(tries).hasValue(2 * TRIES);
    assertThat(count()).isEqualTo(1);
  }

  private static int deadlock(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      return statement.executeUpdate("SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213");
    }
  }

  /** The pool does not look at a connection that was used half a second ago. */
  @Test
  void readsAgainWhereItsConnectionHasDied() {
    try (var database = Database.open(DATABASE.empty(Map.of()))) {
      var all = "SELECT id FROM information_schema.processlist WHERE db = DATABASE()";
      var connections = database.<List<Long>>read("read", connection -> numbers(connection, all));

      connections.forEach(id -> DATABASE.execute("KILL " + id));

      assertThat(database.<List<Long>>read("read", c -> numbers(c, "SELECT CONNECTION_ID()")))
          .isNotEmpty()
          .doesNotContainAnyElementsOf(connections);
    }
  }

  private static List<Long> numbers(Connection connection, String sql) throws SQLException {
    try (var statement = connection.prepareStatement(sql);
        var rows = statement.executeQuery()) {
      var numbers = new ArrayList<Long>();
      while (rows.next()) {
        numbers.add(rows.getLong(1));
      }
      return numbers;
    }
  }

  @Test
  void givesUpOnADatabaseThatHangs() {
    var settings = Map.of("storage.connect_timeout", "500ms", "storage.statement_timeout", "500ms");
    try (var impatient = DATABASE.open(settings)) {
      MARIA_DB.mariaDb().suspend();
      try {
        long start = System.nanoTime();
        assertThatThrownBy(() -> impatient.write("write", connection -> insert(connection, 1)))
            .isInstanceOf(StorageException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
      } finally {
        MARIA_DB.mariaDb().resume();
      }

      await()
          .ignoreExceptionsInstanceOf(StorageException.class)
          .until(() -> impatient.write("write", connection -> insert(connection, 2)) == 1);
    }
  }

  /** Of ten connections five write, and two of these are for what is not a message. */
  @Test
  void messagesHaveConnectionsHoweverManyOtherWritesWait() throws Exception {
    var held = new CountDownLatch(2);
    var release = new CountDownLatch(1);
    var others = new ArrayList<Future<Boolean>>();
    var database = DATABASE.database();
    try (var executor = Executors.newCachedThreadPool()) {
      for (int i = 0; i < 10; i++) {
        others.add(executor.submit(() -> database.write("hold", _ -> holdUntil(held, release))));
      }
      held.await();
      await().until(() -> database.lane().waiting() == 8);

      int stored = database.writeMessages("write", connection -> insert(connection, 1));
      assertThat(stored).isEqualTo(1);
      release.countDown();
      for (var other : others) {
        assertThat(other.get()).isTrue();
      }
    }
  }

  /** As where a node is stopped in the middle: nobody else would end its transaction. */
  @Test
  void endsATransactionInWhichNothingHappens() {
    assertThatThrownBy(() ->
            DATABASE
                .database()
                .write(
                    "write and stop",
                    connection -> {
                      insert(connection, 1);
                      await().until(DatabaseIT::canInsertOne);
                      return insert(connection, 2);
                    }))
        .isInstanceOf(StorageException.class);
    assertThat(count()).isEqualTo(1);
  }

  private static boolean canInsertOne() {
    try {
      return DATABASE.database().write("write too", connection -> insert(connection, 1)) == 1;
    } catch (StorageException e) {
      assertThat(e.isLocked()).isTrue();
      return false;
    }
  }
}
