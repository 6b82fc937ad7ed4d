package io.chatserver.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.server.config.AddressBlock;
import io.chatserver.server.transport.ConnectionAdmission.Eviction;
import io.chatserver.server.transport.ConnectionAdmission.Kind;
import io.chatserver.server.transport.ConnectionAdmission.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ConnectionAdmissionTest {
  private static final Origin HERE = new Origin(new AddressBlock(false, 1), Kind.LIMITED);
  private static final Origin THERE = new Origin(new AddressBlock(false, 2), Kind.LIMITED);
  private static final Origin EXEMPT = new Origin(new AddressBlock(false, 3), Kind.EXEMPT);
  private static final Origin ARRIVING = new Origin(new AddressBlock(false, 4), Kind.ARRIVING);

  private final AtomicLong clock = new AtomicLong();
  private ConnectionAdmission<String> admission = admission(100, 3);

  private ConnectionAdmission<String> admission(int maxConnections, int maxLoggedOut) {
    return new ConnectionAdmission<>(maxConnections, maxLoggedOut, new Random(1), clock::get);
  }

  private Admitted<String> taken(String name, Origin origin) {
    var entry = new Admitted<>(name);
    assertThat(admission.arrive(entry, origin)).isNull();
    return entry;
  }

  private @Nullable String evictedFor(String name, Origin origin) {
    return connectionOf(admission.arrive(new Admitted<>(name), origin));
  }

  private static @Nullable String connectionOf(@Nullable Eviction<String> eviction) {
    return eviction == null ? null : eviction.connection();
  }

  private void waitFor(long millis) {
    clock.addAndGet(millis * 1_000_000);
  }

  @Test
  void aNewConnectionTakesThePlaceOfOneThatWasRefused() {
    taken("silent", HERE);
    waitFor(5000);
    var refused = taken("refused", HERE);
    taken("fresh", HERE);
    admission.refused(refused);

    assertThat(evictedFor("new", HERE)).isEqualTo("refused");
  }

  @Test
  void thenOfOneThatHasHadItsTime() {
    taken("a", HERE);
    taken("b", HERE);
    waitFor(1999);
    taken("fresh", HERE);
    waitFor(1);

    assertThat(evictedFor("c", HERE)).isIn("a", "b");
    assertThat(evictedFor("d", HERE)).isIn("a", "b");
  }

  @Test
  void thenOfTheOldest() {
    taken("a", HERE);
    waitFor(1);
    taken("b", HERE);
    taken("c", HERE);

    assertThat(evictedFor("d", HERE)).isEqualTo("a");
    assertThat(evictedFor("e", HERE)).isEqualTo("b");
  }

  @Test
  void aLoginUnderWayIsNeverCutOff() {
    var entries = List.of(taken("a", HERE), taken("b", HERE), taken("c", HERE));
    for (var entry : entries) {
      admission.refused(entry);
      assertThat(admission.loginBegins(entry, false)).isTrue();
    }
    waitFor(60_000);

    assertThat(evictedFor("new", HERE)).isEqualTo("new");
    admission.loginEnds(entries.get(1));
    assertThat(evictedFor("newer", HERE)).isEqualTo("b");
    assertThat(admission.counts().turnedAwayByAddress()).isOne();
    assertThat(admission.counts().evictedByAddress()).isOne();
  }

  @Test
  void loginsByTokenDoNotCountForTheirAddress() {
    for (int i = 0; i < 10; i++) {
      assertThat(admission.loginBegins(taken("token " + i, HERE), true)).isTrue();
    }
    var last = taken("a", HERE);
    taken("b", HERE);
    taken("c", HERE);
    assertThat(admission.counts().loggedOut()).isEqualTo(13);

    admission.loginBegins(last, true);
    admission.refused(last);
    assertThat(admission.loginEnds(last)).isNull();
    assertThat(evictedFor("d", HERE)).isEqualTo("a");
  }

  @Test
  void aTokenGetsInWhereItsAddressIsFull() {
    for (var name : List.of("a", "b", "c")) {
      admission.loginBegins(taken(name, HERE), false);
    }
    var byToken = taken("token", ARRIVING);
    assertThat(admission.hasArrived(byToken, HERE, true)).isNull();
    assertThat(admission.loginBegins(byToken, true)).isTrue();

    var byPassword = taken("password", ARRIVING);
    assertThat(connectionOf(admission.hasArrived(byPassword, HERE, false))).isEqualTo("password");
    assertThat(admission.loginBegins(byPassword, false)).isFalse();
  }

  @Test
  void ofOneAddressAQuarterMayLogInByToken() {
    admission = admission(8, 3);
    for (int i = 0; i < 2; i++) {
      admission.loginBegins(taken("token " + i, HERE), true);
    }
    admission.loginBegins(taken("counted", HERE), true);
    taken("a", HERE);
    taken("b", HERE);

    assertThat(evictedFor("c", HERE)).isEqualTo("a");
  }

  @Test
  void onlyTheFirstLoginByTokenIsFree() {
    var guessing = taken("guessing", HERE);
    admission.loginBegins(guessing, true);
    for (var name : List.of("a", "b", "c")) {
      admission.loginBegins(taken(name, HERE), false);
    }
    admission.refused(guessing);
    assertThat(connectionOf(admission.loginEnds(guessing))).isEqualTo("guessing");

    admission = admission(100, 3);
    guessing = taken("guessing", HERE);
    admission.refused(guessing);
    admission.loginBegins(guessing, true);
    taken("a", HERE);
    taken("b", HERE);
    assertThat(evictedFor("c", HERE)).isEqualTo("a");
  }

  @Test
  void aLoginThatComesTooLateDoesNotBegin() {
    var first = taken("a", HERE);
    taken("b", HERE);
    taken("c", HERE);
    assertThat(evictedFor("d", HERE)).isEqualTo("a");

    assertThat(admission.loginBegins(first, false)).isFalse();
  }

  @Test
  void aRegistrationThatSucceededGivesTimeForTheLogin() {
    var registered = taken("registered", HERE);
    admission.loginBegins(registered, false);
    waitFor(5000);
    taken("a", HERE);
    admission.loginEnds(registered);
    taken("b", HERE);

    assertThat(evictedFor("c", HERE)).isEqualTo("a");
  }

  @Test
  void aSessionGivesItsPlaceBackAndALogoutTakesOne() {
    var user = taken("user", HERE);
    admission.loginBegins(user, false);
    admission.loggedIn(user);
    taken("a", HERE);
    taken("b", HERE);
    taken("c", HERE);
    assertThat(admission.counts().loggedOut()).isEqualTo(3);

    assertThat(connectionOf(admission.loggedOut(user))).isEqualTo("a");
    assertThat(admission.counts().loggedOut()).isEqualTo(3);
  }

  @Test
  void whoLogsOutWhereAllOthersAreLoggingInGoes() {
    var user = taken("user", HERE);
    admission.loggedIn(user);
    for (var name : List.of("a", "b", "c")) {
      admission.loginBegins(taken(name, HERE), false);
    }

    assertThat(connectionOf(admission.loggedOut(user))).isEqualTo("user");
    admission.gone(user);
    assertThat(admission.counts().connections()).isEqualTo(3);
  }

  @Test
  void theLargestAddressLosesOneWhereTheServerIsFull() {
    admission = admission(6, 3);
    taken("exempt", EXEMPT);
    taken("there", THERE);
    taken("a", HERE);
    taken("b", HERE);
    var session = taken("session", EXEMPT);
    admission.loggedIn(session);
    taken("arriving", ARRIVING);

    assertThat(evictedFor("c", THERE)).isEqualTo("a");
    assertThat(admission.counts().evictedByTotal()).isOne();
    assertThat(admission.counts().connections()).isEqualTo(6);
  }

  @Test
  void onlyWhereNoneCanGoIsTheNewOneTurnedAway() {
    admission = admission(2, 3);
    admission.loginBegins(taken("a", HERE), false);
    var session = taken("b", HERE);
    admission.loggedIn(session);

    assertThat(evictedFor("c", THERE)).isEqualTo("c");
    assertThat(admission.counts().turnedAwayByTotal()).isOne();
    admission.closing(session);
    assertThat(evictedFor("d", THERE)).isEqualTo("b");
  }

  @Test
  void exemptAndArrivingConnectionsHaveNoLimitOfTheirOwn() {
    for (int i = 0; i < 20; i++) {
      taken("exempt " + i, EXEMPT);
      taken("arriving " + i, ARRIVING);
    }
    var arrived = new ArrayList<Admitted<String>>();
    for (int i = 0; i < 4; i++) {
      arrived.add(taken("arrived " + i, ARRIVING));
    }
    for (var entry : arrived.subList(0, 3)) {
      assertThat(admission.hasArrived(entry, HERE, false)).isNull();
    }

    assertThat(connectionOf(admission.hasArrived(arrived.get(3), HERE, false)))
        .isEqualTo("arrived 0");
    assertThat(admission.counts().connections()).isEqualTo(43);
  }

  @Test
  void tellsOnceThatMostSessionsComeFromOneAddress() {
    admission = admission(1000, 3);
    var here = new ArrayList<Admitted<String>>();
    var told = new ArrayList<Boolean>();
    for (int i = 0; i < 49; i++) {
      admission.loggedIn(taken("there", THERE));
    }
    for (int i = 0; i < 55; i++) {
      here.add(taken("here", HERE));
      told.add(admission.loggedIn(here.get(i)));
    }

    assertThat(told.indexOf(true)).isEqualTo(50); // The hundredth session.
    assertThat(told).containsOnlyOnce(true);
    here.subList(0, 8).forEach(admission::gone);
    assertThat(admission.loggedIn(taken("here", HERE))).isFalse();
    for (int i = 0; i < 9; i++) {
      told.add(admission.loggedIn(taken("here", HERE)));
    }
    assertThat(told).filteredOn(each -> each).hasSize(2);
  }

  /** Does what it likes for a long time, and compares each step with the rules in words. */
  @Test
  void keepsItsRulesInRandomCourses() {
    for (int seed = 0; seed < 20; seed++) {
      var model = new ConnectionAdmissionModel(seed);
      for (int step = 0; step < 1500; step++) {
        model.step();
      }
      model.closeAll();
    }
  }
}
