package io.chatserver.server.account;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.chatserver.protocol.ErrorCode;
import io.chatserver.server.config.ServerConfig;
import io.chatserver.server.fault.Rejected;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HashLineTest {
  private static final int FEW = 3;
  private static final List<HashKind> KINDS = List.of(HashKind.values());

  private final Map<Object, Long> pauses = new HashMap<>();
  private final Map<Applicant, String> names = new HashMap<>();
  private long now = Long.MAX_VALUE - 5;
  private HashLine line = line(2, 20);

  private HashLine line(int threads, int queue) {
    return new HashLine(
        new ServerConfig.Accounts(1, threads, queue, 8, 1, ServerConfig.Registration.OPEN, 1),
        FEW,
        (key, logins) -> logins * pauses.getOrDefault(key, 0L));
  }

  private Applicant connection(String name) {
    var applicant = new Applicant(InetAddress.getLoopbackAddress());
    names.put(applicant, name);
    return applicant;
  }

  private static HashTask<String> task(HashKind kind, String key, Applicant applicant) {
    return new HashTask<>(new HashPlace(kind, key, applicant), () -> "");
  }

  private Applicant add(HashKind kind, String key, String name) {
    var applicant = connection(name);
    assertThat(line.add(task(kind, key, applicant), now)).isNull();
    return applicant;
  }

  private Duration refusal(HashKind kind, String key, Applicant applicant) {
    var refused =
        catchThrowableOfType(Rejected.class, () -> line.add(task(kind, key, applicant), now));
    assertThat(refused.reply().code()).isEqualTo(ErrorCode.BUSY);
    return requireNonNull(refused.reply().retryAfter());
  }

  private void leave(Applicant applicant) {
    var _ = line.leave(applicant);
  }

  /** Computes so many, or all that may be begun. */
  private List<String> computed(int most) {
    var order = new ArrayList<String>();
    for (int i = 0; i < most; i++) {
      var next = line.next(now);
      if (next == null) {
        break;
      }
      line.finished(next, Duration.ofMillis(50).toNanos());
      order.add(names.get(next.place().applicant()));
    }
    return order;
  }

  @Test
  void anOriginWithManyWaitingDoesNotDelayAnother() {
    for (int i = 1; i <= FEW; i++) {
      add(HashKind.LOGIN, "crowd", "c" + i);
    }
    add(HashKind.LOGIN, "alone", "a1");

    assertThat(computed(9)).containsExactly("c1", "a1", "c2", "c3");
  }

  @Test
  void accountsThatLoggedInFromThereGoBeforeOthersButNotAlways() {
    for (int i = 0; i < 6; i++) {
      add(HashKind.LOGIN, "origin " + i, "other");
      add(HashKind.RECENT, "pair " + i, "recent");
    }
    add(HashKind.REGISTER, "origin", "register");

    assertThat(computed(7))
        .containsExactly("recent", "recent", "other", "recent", "recent", "register", "recent");
  }

  @Test
  void registrationsDoNotHaveAllThreads() {
    add(HashKind.REGISTER, "a", "r1");
    add(HashKind.REGISTER, "b", "r2");

    var first = requireNonNull(line.next(now));
    assertThat(line.next(now)).isNull();
    add(HashKind.LOGIN, "c", "login");
    assertThat(computed(1)).containsExactly("login");
    line.finished(first, 0);
    assertThat(computed(9)).containsExactly("r2");
  }

  @Test
  void aStormOfOneKindLeavesRoomForTheOther() {
    for (int i = 0; i < 5; i++) {
      add(HashKind.REGISTER, "origin " + i, "r");
    }
    refusal(HashKind.REGISTER, "another", connection("r"));
    for (int i = 0; i < 15; i++) {
      add(HashKind.LOGIN, "origin " + i, "l");
    }
    refusal(HashKind.LOGIN, "another", connection("l"));

    computed(99);
    add(HashKind.LOGIN, "another", "l");
  }

  @Test
  void aConnectionHasOneWaitingHash() {
    var applicant = add(HashKind.LOGIN, "a", "first");

    refusal(HashKind.LOGIN, "b", applicant);
    assertThat(computed(9)).containsExactly("first");
  }

  @Test
  void aConnectionThatIsGoneIsTakenOut() {
    var gone = add(HashKind.LOGIN, "a", "gone");
    add(HashKind.LOGIN, "a", "here");

    assertThat(line.leave(gone)).isNotNull();
    assertThat(line.leave(gone)).isNull();
    assertThat(line.size(HashKind.LOGIN)).isEqualTo(1);
    assertThat(computed(9)).containsExactly("here");
  }

  /** Else the one that asks most often would get each place that becomes free. */
  @Test
  void aConnectionThatWasRefusedFindsItsPlaceWhoeverCameMeanwhile() {
    for (int i = 0; i < FEW; i++) {
      add(HashKind.LOGIN, "crowd", "in " + i);
    }
    var patient = connection("patient");
    var wait = refusal(HashKind.LOGIN, "crowd", patient);
    var hasty = connection("hasty");
    for (int i = 0; i < 50; i++) {
      assertThat(refusal(HashKind.LOGIN, "crowd", hasty)).isGreaterThanOrEqualTo(wait);
    }

    computed(1);
    refusal(HashKind.LOGIN, "crowd", hasty);
    refusal(HashKind.LOGIN, "crowd", connection("new"));
    now += wait.toNanos();
    assertThat(line.add(task(HashKind.LOGIN, "crowd", patient), now)).isNull();
  }

  @Test
  void aSlotIsGivenToTheNextIfItsConnectionIsGoneOrLate() {
    for (int i = 0; i < FEW; i++) {
      add(HashKind.LOGIN, "crowd", "in " + i);
    }
    var gone = connection("gone");
    var late = connection("late");
    var next = connection("next");
    refusal(HashKind.LOGIN, "crowd", gone);
    refusal(HashKind.LOGIN, "crowd", late);
    refusal(HashKind.LOGIN, "crowd", next);
    computed(1);

    leave(gone);
    refusal(HashKind.LOGIN, "crowd", next);
    now += Duration.ofSeconds(5).toNanos();
    refusal(HashKind.LOGIN, "crowd", next);
    now += Duration.ofSeconds(1).toNanos();
    assertThat(line.add(task(HashKind.LOGIN, "crowd", next), now)).isNull();
  }

  @Test
  void theLongestLaneGivesWayWhereTheLineIsFull() {
    for (int i = 0; i < 15; i++) {
      add(HashKind.LOGIN, "origin " + i / FEW, "login " + i);
    }

    var displaced = line.add(task(HashKind.LOGIN, "another", connection("new")), now);
    assertThat(names.get(requireNonNull(displaced).place().applicant())).isEqualTo("login 2");
    var forRecent = line.add(task(HashKind.RECENT, "pair", connection("recent")), now);
    assertThat(names.get(requireNonNull(forRecent).place().applicant())).isEqualTo("login 5");
    assertThat(line.size(HashKind.LOGIN) + line.size(HashKind.RECENT)).isEqualTo(15);
  }

  @Test
  void anOriginThatIsSlowedDownDoesNotHoldOthersUp() {
    pauses.put("sprayer", Duration.ofSeconds(2).toNanos());
    add(HashKind.LOGIN, "sprayer", "slow");
    add(HashKind.LOGIN, "other", "quick");
    add(HashKind.RECENT, "pair", "recent");

    assertThat(computed(9)).containsExactly("recent", "quick");
    assertThat(line.nanosToNext()).isEqualTo(Duration.ofSeconds(2).toNanos());
    pauses.clear();
    assertThat(computed(9)).containsExactly("slow");
  }

  @Test
  void tellsHowLongItTakesUntilThereIsAPlace() {
    line = line(1, 1000);
    for (int i = 0; i < FEW; i++) {
      for (int origin = 0; origin < 10; origin++) {
        add(HashKind.LOGIN, "origin " + origin, "l");
      }
    }

    var first = refusal(HashKind.LOGIN, "origin 0", connection("first"));
    var second = refusal(HashKind.LOGIN, "origin 0", connection("second"));
    assertThat(first).isBetween(Duration.ofMillis(490), Duration.ofMillis(510));
    assertThat(second).isBetween(first.multipliedBy(2).minusMillis(5), first.multipliedBy(2));
  }

  /** Connections that come, wait, come back and go at random: each is served that stays. */
  @Test
  void everyoneWhoComesBackWhenToldIsServedInTheEnd() {
    for (int seed = 0; seed < 100; seed++) {
      var random = new Random(seed);
      line = line(1 + random.nextInt(3), 4 + random.nextInt(30));
      var asking = new HashMap<Applicant, Long>();
      var wants = new HashMap<Applicant, HashPlace>();
      for (int i = 0; i < 60; i++) {
        var applicant = connection("c" + i);
        var kind = KINDS.get(random.nextInt(KINDS.size()));
        wants.put(applicant, new HashPlace(kind, "key " + random.nextInt(4), applicant));
        asking.put(applicant, now + random.nextInt(1_000_000_000));
      }
      var served = new HashSet<Applicant>();
      var left = new HashSet<Applicant>();
      for (int step = 0; step < 20_000 && served.size() + left.size() < 60; step++) {
        now += 10_000_000;
        for (var applicant : List.copyOf(asking.keySet())) {
          if (requireNonNull(asking.get(applicant)) - now <= 0) {
            ask(requireNonNull(wants.get(applicant)), asking);
          }
        }
        if (random.nextInt(200) == 0 && !asking.isEmpty()) {
          var leaves = asking.keySet().iterator().next();
          asking.remove(leaves);
          leave(leaves);
          left.add(leaves);
        }
        var next = line.next(now);
        if (next != null) {
          line.finished(next, 10_000_000);
          served.add(next.place().applicant());
        }
      }
      assertThat(served.size() + left.size()).as("seed " + seed).isEqualTo(60);
      assertThat(KINDS.stream().mapToInt(line::size).sum()).isZero();
      assertThat(Collections.disjoint(served, left)).isTrue();
    }
  }

  private void ask(HashPlace place, Map<Applicant, Long> asking) {
    try {
      var displaced = line.add(new HashTask<>(place, () -> ""), now);
      asking.remove(place.applicant());
      if (displaced != null) {
        asking.put(displaced.place().applicant(), now + 100_000_000);
      }
    } catch (Rejected e) {
      asking.put(place.applicant(), now + requireNonNull(e.reply().retryAfter()).toNanos());
    }
  }
}
