package io.chatserver.server.transport;

import io.chatserver.server.transport.ConnectionAdmission.Kind;
import io.chatserver.server.transport.ConnectionAdmission.Origin;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one address. Selects the one that is closed first.
 *
 * <p>Threads: under the lock of {@link ConnectionAdmission}.
 *
 * @param <C> a connection
 */
final class AddressGroup<C> {
  private final Origin origin;
  private final SequencedSet<Admitted<C>> fresh = new LinkedHashSet<>();
  private final List<Admitted<C>> settled = new ArrayList<>();
  private final List<Admitted<C>> refused = new ArrayList<>();
  private int loggingIn;
  private int loggingInByToken;
  private int sessions;

  AddressGroup(Origin origin) {
    this.origin = origin;
  }

  Origin origin() {
    return origin;
  }

  boolean isLimited() {
    return origin.kind() == Kind.LIMITED;
  }

  int sessions() {
    return sessions;
  }

  int loggingInByToken() {
    return loggingInByToken;
  }

  boolean isEmpty() {
    return loggedOut() == 0 && loggingInByToken == 0 && sessions == 0;
  }

  /** Connections without a session that count for the address. */
  int loggedOut() {
    return fresh.size() + settled.size() + refused.size() + loggingIn;
  }

  /** Whether one of them may be closed for a new connection. */
  boolean hasEvictable() {
    return loggedOut() > loggingIn;
  }

  /** The connection that is closed first; null if none may be closed. */
  @Nullable Admitted<C> firstToGo(long nowNanos, RandomGenerator random) {
    if (!refused.isEmpty()) {
      return refused.get(random.nextInt(refused.size()));
    }
    // Each connection is moved once, so the amortized cost is constant.
    while (!fresh.isEmpty()
        && nowNanos - fresh.getFirst().sinceNanos >= ConnectionAdmission.GRACE.toNanos()) {
      move(fresh.getFirst(), Admitted.State.SETTLED);
    }
    if (!settled.isEmpty()) {
      return settled.get(random.nextInt(settled.size()));
    }
    return fresh.isEmpty() ? null : fresh.getFirst();
  }

  /** Changes the state of one of its connections. */
  void move(Admitted<C> entry, Admitted.State state) {
    leave(entry);
    enter(entry, state);
  }

  /** Adds a connection. Fresh connections are in the order of their arrival. */
  void enter(Admitted<C> entry, Admitted.State state) {
    entry.group = this;
    entry.state = state;
    switch (state) {
      case FRESH -> fresh.add(entry);
      case SETTLED -> append(settled, entry);
      case REFUSED -> append(refused, entry);
      case LOGGING_IN -> loggingIn++;
      case LOGGING_IN_BY_TOKEN -> loggingInByToken++;
      case LOGGED_IN -> sessions++;
      case NEW, CLOSING, GONE -> throw new IllegalStateException("" + state);
    }
  }

  /** Removes a connection. */
  void leave(Admitted<C> entry) {
    switch (entry.state) {
      case FRESH -> fresh.remove(entry);
      case SETTLED -> removeAt(settled, entry.index);
      case REFUSED -> removeAt(refused, entry.index);
      case LOGGING_IN -> loggingIn--;
      case LOGGING_IN_BY_TOKEN -> loggingInByToken--;
      case LOGGED_IN -> sessions--;
      case NEW, CLOSING, GONE -> throw new IllegalStateException("" + entry.state);
    }
    entry.group = null;
  }

  private void append(List<Admitted<C>> list, Admitted<C> entry) {
    entry.index = list.size();
    list.add(entry);
  }

  /** Moves the last one into the gap; the order does not matter. */
  private void removeAt(List<Admitted<C>> list, int index) {
    var last = list.removeLast();
    if (index < list.size()) {
      list.set(index, last);
      last.index = index;
    }
  }
}
