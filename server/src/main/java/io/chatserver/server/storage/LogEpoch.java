package io.chatserver.server.storage;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The epoch of the log: which history the places in it belong to. It is renewed when the database
 * was restored from a copy, because entries from then on get places that other entries had before.
 *
 * <p>It is read by each new connection to the database before its first use, every 5 s, and by each
 * login that finds another one. If it has changed, all that this node remembers of the log is
 * forgotten before anything else is done with that connection.
 *
 * <p>The database's time is read with it.
 *
 * <p>Threads: any; {@code log-epoch} reads it every 5 s.
 */
public final class LogEpoch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LogEpoch.class);
  private static final Duration INTERVAL = Duration.ofSeconds(5);
  private static final int BYTES = 8;

  private final Database database;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final ScheduledExecutorService reader =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("log-epoch").daemon().factory());

  /** Written under the lock. */
  private volatile Epoch current;

  private volatile @Nullable DatabaseClock clock;

  /**
   * An epoch.
   *
   * @param id 16 hexadecimal digits
   * @param renewals how often it was renewed; 0 for the first one of a database
   */
  public record Epoch(String id, int renewals) {}

  LogEpoch(Database database) {
    this.database = database;
    this.current = database.read("read the epoch", this::read);
  }

  /** Measures the database's clock from now on, whenever the epoch is read. */
  void measure(DatabaseClock newClock) {
    clock = newClock;
    check();
  }

  /** Begins to read it every 5 s. */
  void start() {
    var _ =
        reader.scheduleWithFixedDelay(
            this::poll, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** How far the database's clock is ahead of the own one. */
  Duration clockOffset() {
    var measured = clock;
    return measured == null ? Duration.ZERO : measured.offset();
  }

  private void poll() {
    try {
      check();
    } catch (StorageException e) {
      log.debug("the epoch cannot be read: {}", e.getMessage());
    }
  }

  /** The epoch as it was read last. */
  public Epoch current() {
    return current;
  }

  /**
   * Adds a listener to changes.
   *
   * @param forget must forget what it knows of the log; must not block
   */
  public void onChange(Runnable forget) {
    listeners.add(forget);
  }

  /** Notes an epoch that was read along with something else; if it is new, it is read again. */
  public void found(String id) {
    if (!id.equals(current.id)) {
      check();
    }
  }

  /** Reads it. Blocks. */
  private void check() {
    var _ = database.read("read the epoch", this::checkOn);
  }

  /**
   * Reads it on a connection, one read at a time, so that the last read counts. Whoever waits for
   * the lock has a connection: the one that holds it never waits for one.
   */
  Epoch checkOn(Connection connection) throws SQLException {
    lock.lock();
    try {
      var found = read(connection);
      if (!found.equals(current)) {
        change(found);
      }
      return found;
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock") private void change(Epoch found) {
    log.warn(
        "the log has a new epoch, {} after {}: it was restored from a copy; all sessions begin anew",
        found.id,
        current.id);
    current = found;
    listeners.forEach(Runnable::run);
  }

  /** Reads the epoch, and the time with it. */
  private Epoch read(Connection connection) throws SQLException {
    var measured = clock;
    var asked = measured == null ? Instant.EPOCH : measured.own();
    try (var statement =
            connection.prepareStatement(
                "SELECT epoch, renewals, "
                    + database.dialect().unixMicros()
                    + " FROM log_epoch WHERE id = 1");
        var rows = statement.executeQuery()) {
      if (!rows.next()) {
        throw new SQLException("the table log_epoch is empty");
      }
      if (measured != null) {
        measured.measured(StoredTime.read(rows.getLong(3)), asked, measured.own());
      }
      return new Epoch(rows.getString(1), rows.getInt(2));
    }
  }

  /**
   * Begins a new epoch, unless another node or an operator has just done so. Places of users beyond
   * the end of the log are put back to it. Blocks.
   *
   * @param old the epoch that ends
   */
  public void renew(Epoch old) {
    renew(database, old);
    check();
  }

  /**
   * Begins a new epoch of a database, for {@code bin/server new-epoch}. Running nodes notice it
   * within 5 s.
   *
   * @return the new epoch
   */
  public static Epoch renew(Database database) {
    var epoch = database.epoch();
    epoch.renew(epoch.current());
    return epoch.current();
  }

  private static void renew(Database database, Epoch old) {
    var id = new byte[BYTES];
    new SecureRandom().nextBytes(id);
    database.writeOwn(
        "renew the epoch",
        connection -> {
          try (var statement =
              connection.prepareStatement(
                  "UPDATE log_epoch SET epoch = ?, renewals = renewals + 1"
                      + " WHERE id = 1 AND epoch = ?")) {
            statement.setString(1, HexFormat.of().formatHex(id));
            statement.setString(2, old.id);
            if (statement.executeUpdate() == 1) {
              putBack(connection, "received_seq");
              putBack(connection, "read_seq");
            }
          }
          return old;
        });
  }

  /** Entries that get these places again were not received by anybody. */
  private static void putBack(Connection connection, String column) throws SQLException {
    var head =
        "(SELECT COALESCE(MAX(e.seq), 0) FROM log_entry e"
            + " WHERE e.conversation_id = member.conversation_id)";
    try (var statement =
        connection.prepareStatement(
            "UPDATE member SET %1$s = %2$s WHERE %1$s > %2$s".formatted(column, head))) {
      statement.executeUpdate();
    }
  }

  @Override
  public void close() {
    reader.shutdownNow();
  }
}
