package io.chatserver.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.server.config.AddressBlock;
import io.chatserver.server.transport.ConnectionAdmission.Eviction;
import io.chatserver.server.transport.ConnectionAdmission.Kind;
import io.chatserver.server.transport.ConnectionAdmission.Origin;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The rules of {@link ConnectionAdmission} once more: slow, and as they would be told. */
final class ConnectionAdmissionModel {
  private static final int MAX_CONNECTIONS = 14;
  private static final int MAX_LOGGED_OUT = 3;
  private static final List<Origin> ORIGINS =
      List.of(
          new Origin(new AddressBlock(false, 1), Kind.LIMITED),
          new Origin(new AddressBlock(false, 2), Kind.LIMITED),
          new Origin(new AddressBlock(true, 1), Kind.LIMITED),
          new Origin(new AddressBlock(false, 3), Kind.EXEMPT),
          new Origin(new AddressBlock(false, 4), Kind.ARRIVING));

  private enum Phase {
    WAITING,
    LOGGING_IN,
    LOGGING_IN_BY_TOKEN,
    LOGGED_IN,
    CLOSING
  }

  private static final class Connection {
    private final Admitted<Connection> entry = new Admitted<>(this);
    private Origin origin;
    private Phase phase = Phase.WAITING;
    private boolean refused;
    private boolean hasLastWord;
    private long since;

    Connection(Origin origin) {
      this.origin = origin;
    }
  }

  private final Random random;
  private final ConnectionAdmission<Connection> admission;
  private final List<Connection> open = new ArrayList<>();
  private long now;

  ConnectionAdmissionModel(long seed) {
    random = new Random(seed);
    admission =
        new ConnectionAdmission<>(MAX_CONNECTIONS, MAX_LOGGED_OUT, new Random(seed), () -> now);
  }

  void step() {
    now += random.nextLong(ConnectionAdmission.GRACE.toNanos() / 2);
    if (open.isEmpty() || random.nextInt(3) == 0) {
      arrive();
    } else {
      change(open.get(random.nextInt(open.size())));
    }
    var counts = admission.counts();
    assertThat(counts.connections()).isEqualTo(open.size()).isLessThanOrEqualTo(MAX_CONNECTIONS);
    assertThat(counts.loggedOut()).isEqualTo(open.stream().filter(this::isLoggedOut).count());
    assertThat(counts.addresses())
        .isEqualTo(
            open.stream()
                .filter(each -> each.phase != Phase.CLOSING)
                .map(each -> each.origin)
                .distinct()
                .count());
  }

  void closeAll() {
    open.forEach(each -> admission.gone(each.entry));
    assertThat(admission.counts().connections()).isZero();
    assertThat(admission.counts().addresses()).isZero();
    assertThat(admission.makeRoom()).isNull();
  }

  private void arrive() {
    var fresh = new Connection(ORIGINS.get(random.nextInt(ORIGINS.size())));
    boolean isFull = open.size() >= MAX_CONNECTIONS;
    var allowed = addressIsFull(fresh.origin) ? goesFirst(fresh.origin) : goesFirstOfAll();
    boolean mustGo = isFull || addressIsFull(fresh.origin);
    check(fresh, mustGo, allowed, admission.arrive(fresh.entry, fresh.origin));
  }

  private void change(Connection each) {
    if (each.hasLastWord || random.nextInt(8) == 0) {
      admission.gone(each.entry);
      open.remove(each);
      return;
    }
    switch (each.phase) {
      case WAITING -> changeWaiting(each);
      case LOGGING_IN, LOGGING_IN_BY_TOKEN -> changeLoggingIn(each);
      case LOGGED_IN -> {
        if (random.nextInt(3) == 0) {
          close(each);
        } else {
          each.refused = false;
          join(each, each.origin, () -> admission.loggedOut(each.entry));
        }
      }
      case CLOSING -> {}
    }
  }

  private void changeWaiting(Connection each) {
    if (each.origin.kind() == Kind.ARRIVING) {
      arriveAt(each, ORIGINS.get(random.nextInt(4)), random.nextBoolean());
      return;
    }
    switch (random.nextInt(4)) {
      case 0 -> {
        admission.refused(each.entry);
        each.refused = true;
      }
      case 1 -> close(each);
      default -> {
        boolean byToken = random.nextBoolean();
        boolean isFree = byToken && isFree(each, each.origin);
        assertThat(admission.loginBegins(each.entry, byToken)).isTrue();
        each.phase = isFree ? Phase.LOGGING_IN_BY_TOKEN : Phase.LOGGING_IN;
      }
    }
  }

  private void arriveAt(Connection each, Origin origin, boolean byToken) {
    if (byToken && isFree(each, origin)) {
      each.origin = origin;
      each.phase = Phase.LOGGING_IN_BY_TOKEN;
      assertThat(admission.hasArrived(each.entry, origin, true)).isNull();
    } else {
      join(each, origin, () -> admission.hasArrived(each.entry, origin, byToken));
    }
  }

  /** Whether a login by token does not count. */
  private boolean isFree(Connection each, Origin origin) {
    long others =
        open.stream()
            .filter(
                other -> other.phase == Phase.LOGGING_IN_BY_TOKEN && other.origin.equals(origin))
            .count();
    return !each.refused && 4 * others < MAX_CONNECTIONS;
  }

  private void changeLoggingIn(Connection each) {
    switch (random.nextInt(3)) {
      case 0 -> {
        admission.loggedIn(each.entry);
        each.phase = Phase.LOGGED_IN;
      }
      case 1 -> {
        admission.refused(each.entry);
        each.refused = true;
      }
      default -> {
        if (each.phase == Phase.LOGGING_IN_BY_TOKEN) {
          join(each, each.origin, () -> admission.loginEnds(each.entry));
        } else {
          assertThat(admission.loginEnds(each.entry)).isNull();
          each.phase = Phase.WAITING;
          each.since = now;
        }
      }
    }
  }

  private void close(Connection each) {
    admission.closing(each.entry);
    each.phase = each.phase == Phase.LOGGED_IN ? Phase.CLOSING : Phase.WAITING;
    each.refused = true;
    each.hasLastWord = true;
  }

  /** Moves a connection that is open to the ones of an address without a session. */
  private void join(Connection each, Origin origin, Supplier<@Nullable Eviction<Connection>> call) {
    open.remove(each);
    each.origin = origin;
    boolean mustGo = addressIsFull(origin);
    var allowed = goesFirst(origin);
    each.phase = Phase.WAITING;
    check(each, mustGo, allowed, call.get());
  }

  private void check(
      Connection joining,
      boolean mustGo,
      List<Connection> allowed,
      @Nullable Eviction<Connection> eviction) {
    joining.since = now;
    if (!mustGo) {
      assertThat(eviction).isNull();
      open.add(joining);
      return;
    }
    var out = Objects.requireNonNull(eviction).connection();
    assertThat(admission.loginBegins(out.entry, false)).isFalse();
    admission.gone(out.entry);
    if (allowed.isEmpty()) {
      assertThat(out).isSameAs(joining);
      return;
    }
    assertThat(out).isIn(allowed);
    open.remove(out);
    open.add(joining);
  }

  private boolean isLoggedOut(Connection each) {
    return countsForAddress(each) || each.phase == Phase.LOGGING_IN_BY_TOKEN;
  }

  private boolean countsForAddress(Connection each) {
    return each.phase == Phase.WAITING || each.phase == Phase.LOGGING_IN;
  }

  private long loggedOut(Origin origin) {
    return open.stream()
        .filter(each -> countsForAddress(each) && each.origin.equals(origin))
        .count();
  }

  private boolean addressIsFull(Origin origin) {
    return origin.kind() == Kind.LIMITED && loggedOut(origin) >= MAX_LOGGED_OUT;
  }

  /** Those of an address any of which may go. */
  private List<Connection> goesFirst(Origin origin) {
    var waiting =
        open.stream()
            .filter(each -> each.phase == Phase.WAITING && each.origin.equals(origin))
            .toList();
    var refused = waiting.stream().filter(each -> each.refused).toList();
    if (!refused.isEmpty()) {
      return refused;
    }
    var settled =
        waiting.stream()
            .filter(each -> now - each.since >= ConnectionAdmission.GRACE.toNanos())
            .toList();
    if (!settled.isEmpty()) {
      return settled;
    }
    return waiting.stream().min(Comparator.comparingLong(each -> each.since)).stream().toList();
  }

  private List<Connection> goesFirstOfAll() {
    var closing = open.stream().filter(each -> each.phase == Phase.CLOSING).toList();
    if (!closing.isEmpty()) {
      return closing;
    }
    var first = ORIGINS.stream().collect(Collectors.toMap(Function.identity(), this::goesFirst));
    long most =
        ORIGINS.stream()
            .filter(origin -> !first.getOrDefault(origin, List.of()).isEmpty())
            .mapToLong(this::loggedOut)
            .max()
            .orElse(0);
    return ORIGINS.stream()
        .filter(origin -> loggedOut(origin) == most)
        .flatMap(origin -> first.getOrDefault(origin, List.of()).stream())
        .toList();
  }
}
