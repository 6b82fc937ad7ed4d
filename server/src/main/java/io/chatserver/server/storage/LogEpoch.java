package io.chatserver.server.storage;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The epoch of the log: the history that places in it belong to. It is renewed when the database
 * was restored from a copy, because entries from then on get places that other entries had before.
 *
 * <p>It is read every 5 s, by logins, and on each new connection to MySQL before the pool has it.
 * If it has changed, this node forgets what it remembers of the log before it does anything else
 * with that connection. The database's time is read with it.
 *
 * <p>Threads: any; {@code log-epoch} reads it every 5 s.
 */
public final class LogEpoch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LogEpoch.class);
  private static final Duration INTERVAL = Duration.ofSeconds(5);
  private static final int BYTES = 8;

  /** How many members are looked at in one statement. */
  private static final int MEMBERS = 5000;

  private static final String MEMBERS_AND_HEADS =
      "SELECT m.user_id, m.conversation_id, m.received_seq, m.read_seq,"
          + " COALESCE((SELECT e.seq FROM log_entry e WHERE e.conversation_id = m.conversation_id"
          + " ORDER BY e.seq DESC LIMIT 1), 0) FROM member m"
          + " WHERE m.user_id > ? OR (m.user_id = ? AND m.conversation_id > ?)"
          + " ORDER BY m.user_id, m.conversation_id LIMIT "
          + MEMBERS;

  private static final String PUT_BACK =
      "UPDATE member SET received_seq = CASE WHEN received_seq > ? THEN ? ELSE received_seq END,"
          + " read_seq = CASE WHEN read_seq > ? THEN ? ELSE read_seq END"
          + " WHERE user_id = ? AND conversation_id = ?";

  private final Database database;
  private final List<Runnable> onChange = new CopyOnWriteArrayList<>();
  private final List<Runnable> onNewWriter = new CopyOnWriteArrayList<>();
  private final AtomicLong tickets = new AtomicLong();
  private final ReentrantLock lock = new ReentrantLock();
  private final ScheduledExecutorService reader =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("log-epoch").daemon().factory());

  /** The read that counts: the one that was begun last of those that have ended. */
  @GuardedBy("lock") private long applied;

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
    } catch (RuntimeException e) {
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
   * @param forget must forget all that it knows of the log; must not block
   */
  public void onChange(Runnable forget) {
    onChange.add(forget);
  }

  /**
   * Adds a listener to new connections for writing to MySQL: the database may be another one than
   * before, though its epoch is the same.
   *
   * @param forget must forget the ends of conversations; must not block
   */
  public void onNewWriter(Runnable forget) {
    onNewWriter.add(forget);
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

  /** Reads it on a new connection, before that is used. */
  void firstOn(Connection connection, boolean writes) throws SQLException {
    var _ = checkOn(connection);
    if (writes) {
      onNewWriter.forEach(LogEpoch::tell);
    }
  }

  private Epoch checkOn(Connection connection) throws SQLException {
    long ticket = tickets.incrementAndGet();
    var found = read(connection);
    lock.lock();
    try {
      if (ticket > applied) {
        applied = ticket;
        if (!found.equals(current)) {
          change(found);
        }
      }
    } finally {
      lock.unlock();
    }
    return found;
  }

  @GuardedBy("lock") private void change(Epoch found) {
    log.warn(
        "the log has a new epoch, {} after {}: it was restored from a copy; all sessions begin anew",
        found.id,
        current.id);
    current = found;
    onChange.forEach(LogEpoch::tell);
  }

  private static void tell(Runnable listener) {
    try {
      listener.run();
    } catch (RuntimeException e) {
      log.error("a listener of the epoch failed", e);
    }
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
   * Begins a new epoch, unless another node or an operator has done so since. Blocks.
   *
   * @param old the {@link Epoch#id} of the epoch that ends
   */
  public void renew(String old) {
    if (renewRow(old)) {
      reader.execute(this::putBackLater);
    }
    check();
  }

  /**
   * Begins a new epoch for {@code bin/server new-epoch}, and puts places back. Running nodes notice
   * it within 5 s. Blocks.
   *
   * @return the new epoch
   */
  public Epoch renewByHand() {
    boolean done = false;
    while (!done) {
      done = renewRow(database.read("read the epoch", this::read).id);
    }
    putBack();
    return database.read("read the epoch", this::read);
  }

  /** Returns false if the epoch is not the old one any more. */
  private boolean renewRow(String old) {
    var id = new byte[BYTES];
    new SecureRandom().nextBytes(id);
    return database.writeOwn(
        "renew the epoch",
        connection -> {
          try (var statement =
              connection.prepareStatement(
                  "UPDATE log_epoch SET epoch = ?, renewals = renewals + 1"
                      + " WHERE id = 1 AND epoch = ?")) {
            statement.setString(1, HexFormat.of().formatHex(id));
            statement.setString(2, old);
            return statement.executeUpdate() == 1;
          }
        });
  }

  private void putBackLater() {
    try {
      putBack();
    } catch (RuntimeException e) {
      log.warn("places behind the end of the log are not put back: {}", e.getMessage());
    }
  }

  /** A member's place that is behind the end of its conversation, and that end. */
  private record Beyond(int user, long conversation, long head) {}

  /**
   * Puts the places of users back to the ends of conversations, page by page. Nobody has received
   * the entries that get these places again.
   */
  private void putBack() {
    int user = 0;
    long conversation = 0;
    int seen = MEMBERS;
    while (seen == MEMBERS) {
      var beyond = new ArrayList<Beyond>();
      int fromUser = user;
      long fromConversation = conversation;
      var last =
          database.read(
              "look for places behind the end of the log",
              connection -> beyond(connection, fromUser, fromConversation, beyond));
      seen = last.count;
      user = last.user;
      conversation = last.conversation;
      if (!beyond.isEmpty()) {
        database.writeOwn("put places back", connection -> putBack(connection, beyond));
      }
    }
  }

  /** The last row of a page, and how many rows it has. */
  private record Last(int count, int user, long conversation) {}

  private static Last beyond(
      Connection connection, int fromUser, long fromConversation, List<Beyond> beyond)
      throws SQLException {
    beyond.clear();
    var last = new Last(0, fromUser, fromConversation);
    try (var statement = connection.prepareStatement(MEMBERS_AND_HEADS)) {
      statement.setInt(1, fromUser);
      statement.setInt(2, fromUser);
      statement.setLong(3, fromConversation);
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          last = new Last(last.count + 1, rows.getInt(1), rows.getLong(2));
          long head = rows.getLong(5);
          if (rows.getLong(3) > head || rows.getLong(4) > head) {
            beyond.add(new Beyond(last.user, last.conversation, head));
          }
        }
      }
    }
    return last;
  }

  private static int putBack(Connection connection, List<Beyond> beyond) throws SQLException {
    try (var statement = connection.prepareStatement(PUT_BACK)) {
      for (var place : beyond) {
        statement.setLong(1, place.head);
        statement.setLong(2, place.head);
        statement.setLong(3, place.head);
        statement.setLong(4, place.head);
        statement.setInt(5, place.user);
        statement.setLong(6, place.conversation);
        statement.addBatch();
      }
      return statement.executeBatch().length;
    }
  }

  @Override
  public void close() {
    reader.shutdownNow();
  }
}
