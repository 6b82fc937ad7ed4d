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
 * Decides which connections are closed when there are too many without a session from one address,
 * or too many in all.
 *
 * <p>A new connection is accepted, and another one is evicted for it. If its address is at the
 * limit of connections without a session, a connection of that address is evicted. If the server is
 * at its limit, one of the address with the most connections without a session is evicted.
 * Connections that were sent an error go first, then a random one older than {@link #GRACE}, then
 * the oldest. A connection with a session, or with a login or registration in progress, is never
 * evicted. If no other connection can be evicted, the new one is closed.
 *
 * <p>Logins by token are hardly limited by address. While the first login of a connection is in
 * progress and is by token, the connection counts only for the total. So all users of an office can
 * reconnect at once. An attacker with an invalid token gains only the time until the reply.
 *
 * <p>It uses no sockets: its caller closes the connections that it returns. It holds state only for
 * open connections, and a call takes at most logarithmic time.
 *
 * <p>Threads: any.
 *
 * @param <C> a connection
 */
final class ConnectionAdmission<C> {
  /** The time for a login before eviction, unless the address has only fresh connections. */
  static final Duration GRACE = Duration.ofSeconds(2);

  /** With fewer sessions than this, many from one address are no sign of a missing PROXY header. */
  private static final int CROWD_SESSIONS = 100;

  /** Which limits an origin has. */
  enum Kind {
    LIMITED,
    /** The address has no limit, but its connections count for the total. */
    EXEMPT,
    /** Nothing was received yet, or the client's address is unknown yet. There is no limit. */
    ARRIVING
  }

  /** Where a connection comes from. */
  record Origin(AddressBlock address, Kind kind) {}

  /**
   * A connection that has to be closed.
   *
   * @param connection the connection; the new one itself if no other may be closed
   * @param byAddress whether the limit of its address was reached, not that of the server
   */
  record Eviction<C>(C connection, boolean byAddress) {}

  /**
   * The current numbers, and the evictions since the start.
   *
   * @param loggedOut connections without a session, except closing ones
   * @param evictedByAddress connections closed for a new one of their address
   * @param evictedByTotal connections closed for a new one of any address
   * @param turnedAwayByAddress new ones closed because no other one of their address could be
   *     evicted
   * @param turnedAwayByTotal new ones closed because no other one at all could be evicted
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
   * @param nanoTime nanoseconds from any origin
   */
  ConnectionAdmission(
      int maxConnections, int maxLoggedOut, RandomGenerator random, LongSupplier nanoTime) {
    this.maxConnections = maxConnections;
    this.maxLoggedOut = maxLoggedOut;
    this.random = random;
    this.nanoTime = nanoTime;
  }

  /**
   * Admits a new connection.
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
   * Counts a connection that was {@link Kind#ARRIVING} for its address; a second call does nothing.
   *
   * @param byToken whether it begins with a login by token
   * @return the connection that has to be closed for it, if any
   */
  @Nullable Eviction<C> hasArrived(Admitted<C> entry, Origin origin, boolean byToken) {
    lock.lock();
    try {
      if (entry.group == null || entry.group.origin().kind() != Kind.ARRIVING) {
        return null;
      }
      groups.leave(entry);
      var group = groups.of(origin);
      if (isFree(entry, group, byToken)) {
        groups.enter(entry, group, State.LOGGING_IN_BY_TOKEN);
        return null;
      }
      return join(entry, group, false);
    } finally {
      lock.unlock();
    }
  }

  /**
   * A login or a registration was received, and none was in progress.
   *
   * @return false if it is too late: the connection was evicted
   */
  boolean loginBegins(Admitted<C> entry, boolean byToken) {
    lock.lock();
    try {
      var group = entry.group;
      if (group == null) {
        return false;
      }
      boolean isFree = entry.state == State.LOGGING_IN_BY_TOKEN || isFree(entry, group, byToken);
      groups.move(entry, isFree ? State.LOGGING_IN_BY_TOKEN : State.LOGGING_IN);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether a login by token does not count for its address. At most a quarter of all connections
   * may be such logins of one address: there are more only if the database does not answer.
   */
  private boolean isFree(Admitted<C> entry, AddressGroup<C> group, boolean byToken) {
    return byToken && !entry.wasRefused && 4 * group.loggingInByToken() < maxConnections;
  }

  /**
   * The last login or registration in progress was answered, or the first one by token, and no
   * session has begun.
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
   * A session has begun: its connection counts only for the total.
   *
   * @return whether its address now has most of the sessions, and had not before
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

  /** A connection was sent the reason for closing, and waits for its client to close it. */
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
   * Evicts a connection because another resource than their number is short.
   *
   * @return the connection that has to be closed; null if none may be closed
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

  /** The state of a connection without a session and without a login in progress. */
  private State waiting(Admitted<C> entry) {
    return entry.wasRefused ? State.REFUSED : State.FRESH;
  }

  /** Counts a connection for its address again. */
  @GuardedBy("lock") private @Nullable Eviction<C> rejoin(Admitted<C> entry) {
    var origin = requireNonNull(entry.group).origin();
    groups.leave(entry);
    return join(entry, groups.of(origin), false);
  }

  /** Adds a connection, which is counted already, to those of its address without a session. */
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

  /**
   * The connection to evict first of all: one that is closing anyway, or one of the largest group.
   */
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
