package io.chatserver.server.transport;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.chatserver.server.config.AddressBlock;
import io.chatserver.server.transport.Admitted.State;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides which connections go when there are too many: without a session from one address, or in
 * all.
 *
 * <p>A new connection is taken, and another one goes for it: where its address has as many without
 * a session as it may, one of that address; where the server has as many as it may, one of the
 * address that has the most without a session. Those go first that were sent an error, then at
 * random one that has had {@link #GRACE} for its login, then the oldest. A connection whose login
 * or registration is under way never goes, and neither does one with a session. Only where all are
 * such does the new one go.
 *
 * <p>A login by token is never limited by address: while the first login of a connection is under
 * way, and is one by token, the connection counts among all only. So all users of an office can
 * come back at once; a guessed token gains no more than the time of its answer.
 *
 * <p>It knows no sockets: its caller closes the connections that it names. It holds nothing but
 * what the open connections need, and a call takes logarithmic time at most.
 *
 * <p>Threads: any.
 *
 * @param <C> a connection
 */
final class ConnectionAdmission<C> {
  /** How long a connection has for its login, unless its address is in a rush. */
  static final Duration GRACE = Duration.ofSeconds(2);

  /** With fewer sessions than this, many from one address mean nothing. */
  private static final int CROWD_SESSIONS = 100;

  /** Which limits an origin has. */
  enum Kind {
    LIMITED,
    /** No limit of its own, but its connections count among all. */
    EXEMPT,
    /**
     * Nothing was received yet, or a load balancer has not named the client. No limit of its own,
     * either.
     */
    ARRIVING
  }

  /** Where a connection comes from. */
  record Origin(AddressBlock address, Kind kind) {}

  /**
   * A connection has to be closed.
   *
   * @param connection which one; the new one itself where no other may go
   * @param byAddress whether its address has too many, rather than the server
   */
  record Eviction<C>(C connection, boolean byAddress) {}

  /**
   * How many there are, and what was done so far.
   *
   * @param loggedOut connections without a session, but for those that are closing
   * @param evictedByAddress connections closed for another one of their address
   * @param evictedByTotal connections closed for one of any address
   * @param turnedAwayByAddress new ones closed, since no other one of their address could go
   * @param turnedAwayByTotal new ones closed, since no other one at all could go
   */
  record Counts(
      int connections,
      int loggedOut,
      int addresses,
      long evictedByAddress,
      long evictedByTotal,
      long turnedAwayByAddress,
      long turnedAwayByTotal) {}

  private final int maxConnections;
  private final int maxLoggedOut;
  private final RandomGenerator random;
  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock") private final AddressGroups<C> groups = new AddressGroups<>();

  /** In the order in which they began to close. */
  @GuardedBy("lock") private final SequencedSet<Admitted<C>> closing = new LinkedHashSet<>();

  /** The address that most sessions come from. */
  @GuardedBy("lock") private @Nullable AddressGroup<C> crowd;

  @GuardedBy("lock") private int connections;

  @GuardedBy("lock") private long evictedByAddress;

  @GuardedBy("lock") private long evictedByTotal;

  @GuardedBy("lock") private long turnedAwayByAddress;

  @GuardedBy("lock") private long turnedAwayByTotal;

  /**
   * Creates it.
   *
   * @param maxConnections most connections in all
   * @param maxLoggedOut most connections of an address that have no session
   * @param nanoTime nanoseconds from anywhere
   */
  ConnectionAdmission(
      int maxConnections, int maxLoggedOut, RandomGenerator random, LongSupplier nanoTime) {
    this.maxConnections = maxConnections;
    this.maxLoggedOut = maxLoggedOut;
    this.random = random;
    this.nanoTime = nanoTime;
  }

  /**
   * Takes a new connection.
   *
   * @return the connection that has to be closed for it, if any
   */
  @Nullable Eviction<C> arrive(Admitted<C> entry, Origin origin) {
    lock.lock();
    try {
      boolean isFull = connections >= maxConnections;
      connections++;
      return join(entry, groups.of(origin), isFull);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Lets a connection that was {@link Kind#ARRIVING} count for its address; does nothing the second
   * time.
   *
   * @return the connection that has to be closed for it, if any
   */
  @Nullable Eviction<C> hasArrived(Admitted<C> entry, Origin origin) {
    lock.lock();
    try {
      if (entry.group == null || entry.group.origin().kind() != Kind.ARRIVING) {
        return null;
      }
      groups.leave(entry);
      return join(entry, groups.of(origin), false);
    } finally {
      lock.unlock();
    }
  }

  /**
   * A login or a registration was received, and none was under way.
   *
   * @return false if it is too late: the connection has to be closed for another
   */
  boolean loginBegins(Admitted<C> entry, boolean byToken) {
    lock.lock();
    try {
      boolean counts = !byToken || entry.wasRefused;
      groups.move(entry, counts ? State.LOGGING_IN : State.LOGGING_IN_BY_TOKEN);
      return entry.state != State.GONE;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The last login or registration under way was answered, or the first one by token, and there is
   * no session.
   *
   * @return the connection that has to be closed, if any
   */
  @Nullable Eviction<C> loginEnds(Admitted<C> entry) {
    lock.lock();
    try {
      if (entry.state == State.LOGGING_IN_BY_TOKEN) {
        return rejoin(entry);
      }
      if (entry.state == State.LOGGING_IN) {
        entry.sinceNanos = nanoTime.getAsLong();
        groups.move(entry, waiting(entry));
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** A connection without a session was sent an error. */
  void refused(Admitted<C> entry) {
    lock.lock();
    try {
      entry.wasRefused = true;
      if (entry.state == State.FRESH || entry.state == State.SETTLED) {
        groups.move(entry, State.REFUSED);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * A session has begun: its connection counts among all only.
   *
   * @return whether most sessions come from its address since now
   */
  boolean loggedIn(Admitted<C> entry) {
    lock.lock();
    try {
      groups.move(entry, State.LOGGED_IN);
      updateCrowd();
      boolean begins = crowd == null && entry.group != null && isCrowd(entry.group);
      if (begins) {
        crowd = entry.group;
      }
      return begins;
    } finally {
      lock.unlock();
    }
  }

  /**
   * A session has ended, and its connection stays.
   *
   * @return the connection that has to be closed for it, if any
   */
  @Nullable Eviction<C> loggedOut(Admitted<C> entry) {
    lock.lock();
    try {
      if (entry.group == null || entry.state != State.LOGGED_IN) {
        return null;
      }
      entry.wasRefused = false;
      var eviction = rejoin(entry);
      updateCrowd();
      return eviction;
    } finally {
      lock.unlock();
    }
  }

  /** A connection was sent its last word, and waits for its client to close it. */
  void closing(Admitted<C> entry) {
    lock.lock();
    try {
      if (entry.state == State.LOGGED_IN) {
        groups.leave(entry);
        updateCrowd();
        entry.state = State.CLOSING;
        closing.add(entry);
      } else {
        groups.move(entry, State.REFUSED);
      }
    } finally {
      lock.unlock();
    }
  }

  /** A connection is closed. */
  void gone(Admitted<C> entry) {
    lock.lock();
    try {
      forget(entry);
      updateCrowd();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Gives up a connection because something other than their number is short.
   *
   * @return the connection that has to be closed; null if none may go
   */
  @Nullable Eviction<C> makeRoom() {
    lock.lock();
    try {
      var out = firstToGo();
      return out == null ? null : evict(out, false);
    } finally {
      lock.unlock();
    }
  }

  Counts counts() {
    lock.lock();
    try {
      return new Counts(
          connections,
          connections - groups.sessions() - closing.size(),
          groups.size(),
          evictedByAddress,
          evictedByTotal,
          turnedAwayByAddress,
          turnedAwayByTotal);
    } finally {
      lock.unlock();
    }
  }

  /** The state of a connection without a session or a login under way. */
  private State waiting(Admitted<C> entry) {
    return entry.wasRefused ? State.REFUSED : State.FRESH;
  }

  /** Lets a connection count for its address again. */
  @GuardedBy("lock") private @Nullable Eviction<C> rejoin(Admitted<C> entry) {
    var origin = requireNonNull(entry.group).origin();
    groups.leave(entry);
    return join(entry, groups.of(origin), false);
  }

  /** Puts a connection that is counted already among those of its address without a session. */
  @GuardedBy("lock") private @Nullable Eviction<C> join(Admitted<C> entry, AddressGroup<C> group, boolean isFull) {
    long now = nanoTime.getAsLong();
    boolean groupIsFull = group.isLimited() && group.loggedOut() >= maxLoggedOut;
    Admitted<C> out = null;
    if (groupIsFull || isFull) {
      out = groupIsFull ? group.firstToGo(now, random) : firstToGo();
      if (out == null) {
        return turnAway(entry, group, groupIsFull);
      }
    }
    entry.sinceNanos = now;
    groups.enter(entry, group, waiting(entry));
    return out == null ? null : evict(out, groupIsFull);
  }

  @GuardedBy("lock") private Eviction<C> turnAway(Admitted<C> entry, AddressGroup<C> group, boolean byAddress) {
    connections--;
    entry.state = State.GONE;
    groups.dropIfEmpty(group);
    turnedAwayByAddress += byAddress ? 1 : 0;
    turnedAwayByTotal += byAddress ? 0 : 1;
    return new Eviction<>(entry.connection, byAddress);
  }

  @GuardedBy("lock") private Eviction<C> evict(Admitted<C> out, boolean byAddress) {
    forget(out);
    evictedByAddress += byAddress ? 1 : 0;
    evictedByTotal += byAddress ? 0 : 1;
    return new Eviction<>(out.connection, byAddress);
  }

  /** The first to go of all: one that closes anyway, or one of the largest group. */
  @GuardedBy("lock") private @Nullable Admitted<C> firstToGo() {
    if (!closing.isEmpty()) {
      return closing.getFirst();
    }
    var largest = groups.largest();
    return largest == null ? null : largest.firstToGo(nanoTime.getAsLong(), random);
  }

  @GuardedBy("lock") private void forget(Admitted<C> entry) {
    if (entry.state != State.NEW && entry.state != State.GONE) {
      connections--;
      groups.leave(entry);
      closing.remove(entry);
    }
    entry.state = State.GONE;
  }

  @GuardedBy("lock") private void updateCrowd() {
    if (crowd != null && !isCrowd(crowd)) {
      crowd = null;
    }
  }

  @GuardedBy("lock") private boolean isCrowd(AddressGroup<C> group) {
    return group.isLimited()
        && groups.sessions() >= CROWD_SESSIONS
        && 2 * group.sessions() > groups.sessions();
  }
}
