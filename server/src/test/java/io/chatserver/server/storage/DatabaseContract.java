package io.chatserver.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the way to the database has to do, on every database. */
abstract class DatabaseContract {
  private static final Duration A_MOMENT = Duration.ofSeconds(5);

  private final TestDatabase testDatabase;
  private final Database database;

  DatabaseContract(TestDatabase testDatabase) {
    this.testDatabase = testDatabase;
    database = testDatabase.database();
  }

  @BeforeEach
  void clear() {
    testDatabase.execute("DELETE FROM friend");
  }

  @Test
  void keepsWhatWasWritten() {
    int rows = database.write("write", connection -> insert(connection, 1));

    assertThat(rows).isEqualTo(1);
    assertThat(count()).isEqualTo(1);
  }

  @Test
  void keepsNothingOfWorkThatFails() {
    var failure =
        catchThrowableOfType(
            StorageException.class,
            () ->
                database.write(
                    "write in vain",
                    connection ->
                        insert(connection, 1) + insert(connection, 2) + broken(connection)));
    assertThatThrownBy(() ->
            database.write(
                "write in vain",
                connection -> {
                  insert(connection, 3);
                  throw new IllegalStateException("on purpose");
                }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("on purpose");

    assertThat(failure)
        .hasMessageStartingWith("write in vain: ")
        .hasCauseInstanceOf(SQLException.class);
    assertThat(failure.isDuplicateKey()).isFalse();
    assertThat(count()).isZero();
  }

  @Test
  void tellsTheTimeInMilliseconds() {
    // They run on one machine here, with one clock.
    long before = System.currentTimeMillis();
    long told = database.unixMillis();
    // Databases and the JVM may cut off a millisecond differently.
    assertThat(told).isBetween(before - 1, System.currentTimeMillis() + 1);
  }

  @Test
  void knowsADuplicateKey() {
    database.write("write", connection -> insert(connection, 1));

    var failure =
        catchThrowableOfType(
            StorageException.class,
            () ->
                database.write(
                    "write twice", connection -> insert(connection, 2) + insert(connection, 1)));

    assertThat(failure.isDuplicateKey()).isTrue();
    assertThat(count()).isEqualTo(1);
  }

  @Test
  void saysWhatAReadWasForThatFailed() {
    assertThatThrownBy(() -> database.read("read in vain", DatabaseContract::broken))
        .isInstanceOf(StorageException.class)
        .hasMessageStartingWith("read in vain: ");
  }

  @Test
  void letsNobodyWaitForAConnectionForLong() throws Exception {
    var settings = Map.of("storage.connect_timeout", "400ms", "storage.pool_size", "4");
    int readers = testDatabase.database().dialect().hasManyWriters() ? 2 : 3;
    var held = new CountDownLatch(readers + 1);
    var release = new CountDownLatch(1);

    try (var small = testDatabase.open(settings);
        var executor = Executors.newFixedThreadPool(readers + 1)) {
      for (int i = 0; i < readers; i++) {
        executor.execute(() -> small.read("hold", _ -> holdUntil(held, release)));
      }
      executor.execute(() -> small.write("hold", _ -> holdUntil(held, release)));
      assertThat(held.await(10, TimeUnit.SECONDS)).isTrue();

      long start = System.nanoTime();
      assertThatThrownBy(() -> small.read("read in vain", DatabaseContract::one))
          .isInstanceOf(StorageException.class)
          .hasMessageStartingWith("read in vain: ");
      assertThatThrownBy(() -> small.write("write in vain", connection -> insert(connection, 1)))
          .isInstanceOf(StorageException.class)
          .hasMessageStartingWith("write in vain: ");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(A_MOMENT);

      release.countDown();
      assertThat(small.<Integer>read("read", DatabaseContract::one)).isEqualTo(1);
    }
  }

  static boolean holdUntil(CountDownLatch held, CountDownLatch release) {
    held.countDown();
    try {
      return release.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void saysWhatIsSlow() {
    try (var patient = testDatabase.open(Map.of("storage.slow_statement", "1h"));
        var impatient = testDatabase.open(Map.of("storage.slow_statement", "20ms"));
        var log = new RecordedLog(Database.class)) {
      var never = new CountDownLatch(1);
      Database.Work<Boolean> slow =
          connection -> {
            try {
              return never.await(25, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          };

      patient.read("not worth saying", slow);
      impatient.read("read slowly", slow);
      impatient.write("write slowly", slow);

      // One a second at most: strangers cause them as often as they like.
      assertThat(log.warnings()).hasSize(1);
      assertThat(log.warnings().getFirst()).matches("slow: read slowly took \\d+ ms");
    }
  }

  @Test
  void goesOnAfterAnOutage() {
    try (var impatient = testDatabase.open(TestDatabase.impatient())) {
      try (var _ = testDatabase.outage()) {
        long start = System.nanoTime();
        assertThatThrownBy(() -> impatient.write("write", connection -> insert(connection, 1)))
            .isInstanceOf(StorageException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(A_MOMENT);
      }

      org.awaitility.Awaitility.await()
          .ignoreExceptionsInstanceOf(StorageException.class)
          .until(() -> impatient.write("write", connection -> insert(connection, 2)) == 1);
      assertThat(count()).isEqualTo(1);
    }
  }

  static int insert(Connection connection, int friend) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "INSERT INTO friend (user_id, friend_id, created_at) VALUES (1, ?, 0)")) {
      statement.setInt(1, friend);
      return statement.executeUpdate();
    }
  }

  private static int broken(Connection connection) throws SQLException {
    try (var statement = connection.prepareStatement("UPDATE nothing SET here = 1")) {
      return statement.executeUpdate();
    }
  }

  private static int one(Connection connection) throws SQLException {
    try (var statement = connection.prepareStatement("SELECT 1");
        var rows = statement.executeQuery()) {
      rows.next();
      return rows.getInt(1);
    }
  }

  long count() {
    return testDatabase.number("SELECT COUNT(*) FROM friend");
  }
}
