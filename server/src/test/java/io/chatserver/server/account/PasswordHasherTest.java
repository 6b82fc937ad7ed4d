package io.chatserver.server.account;

import static io.chatserver.server.account.PasswordHasher.ownPlace;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.chatserver.server.config.ServerConfig;
import io.chatserver.server.config.ServerConfig.Registration;
import io.chatserver.server.fault.Rejected;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHasherTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  static final ServerConfig.Accounts CHEAP =
      new ServerConfig.Accounts(1, 2, 100, 8, 1, Registration.OPEN, 1);

  @AutoClose private final PasswordHasher hasher = new PasswordHasher(CHEAP);

  @ParameterizedTest
  @ValueSource(strings = {"1", " ", "correct horse battery staple", "pässwörd", "密码😀", "a\0b"})
  void knowsAPasswordAgain(String password) {
    var hash = hasher.hash(password);

    assertThat(hash).startsWith("$argon2id$v=19$m=8,t=1,p=1$");
    assertThat(hasher.matches(password, hash)).isTrue();
    assertThat(hasher.matches(password + "x", hash)).isFalse();
    assertThat(hasher.matches("", hash)).isFalse();
  }

  @Test
  void tellsPasswordsApartThatLookAlike() {
    assertThat(hasher.matches("Secret", hasher.hash("secret"))).isFalse();
    assertThat(hasher.matches("secret ", hasher.hash("secret"))).isFalse();
    assertThat(hasher.matches("pässwort", hasher.hash("passwort"))).isFalse();
    assertThat(hasher.matches("a", hasher.hash("a\0b"))).isFalse();
    assertThat(hasher.matches("😀", hasher.hash("😁"))).isFalse();
  }

  @Test
  void hashesAPasswordDifferentlyEachTime() {
    assertThat(hasher.hash("secret")).isNotEqualTo(hasher.hash("secret"));
  }

  /** Settings change, accounts stay. */
  @Test
  void knowsAPasswordThatWasHashedAtAnotherCost() {
    try (var costlier =
        new PasswordHasher(new ServerConfig.Accounts(1, 1, 1, 64, 3, Registration.OPEN, 1))) {
      var hash = costlier.hash("secret");

      assertThat(hash).contains("m=64,t=3");
      assertThat(hasher.matches("secret", hash)).isTrue();
      assertThat(hasher.matches("other", hash)).isFalse();
    }
  }

  /** Else a login waits for what those who left had asked for. */
  @Test
  void computesNothingForAConnectionThatIsGone() throws Exception {
    var meter = new LoginMeter();
    var one = new ServerConfig.Accounts(1, 1, 100, 8, 1, Registration.OPEN, 1);
    try (var slow = new PasswordHasher(one, new HashLine(one, 8, (_, _) -> 0), meter)) {
      var running = new CountDownLatch(1);
      var end = new CountDownLatch(1);
      var holder = Thread.ofVirtual().start(() -> slow.run(ownPlace(), () -> hold(running, end)));
      running.await();
      var computed = new AtomicInteger();
      var gone = new ArrayList<HashPlace>();
      var threads = new ArrayList<Thread>();
      for (int i = 0; i < 20; i++) {
        var place = ownPlace();
        gone.add(place);
        threads.add(
            Thread.ofVirtual()
                .start(() ->
                    assertThatThrownBy(() -> slow.run(place, computed::incrementAndGet))
                        .isInstanceOf(Rejected.class)));
      }
      await().until(() -> meter.waiting(HashKind.LOGIN) == 20);

      gone.forEach(place -> place.applicant().leave());
      for (var thread : threads) {
        assertThat(thread.join(PATIENCE)).isTrue();
      }
      assertThat(meter.waiting(HashKind.LOGIN)).isZero();
      end.countDown();
      assertThat(holder.join(PATIENCE)).isTrue();

      assertThat(slow.<Integer>run(ownPlace(), computed::incrementAndGet)).isEqualTo(1);
      assertThat(meter.skippedHashes()).isEqualTo(20);
    }
  }

  private static boolean hold(CountDownLatch running, CountDownLatch end)
      throws InterruptedException {
    running.countDown();
    return end.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void aHashThatIsSlowedDownIsComputedWhenItsTimeHasCome() {
    var pause = new AtomicLong(Duration.ofMillis(20).toNanos());
    try (var slowed =
        new PasswordHasher(
            CHEAP, new HashLine(CHEAP, 8, (_, _) -> pause.getAndSet(0)), new LoginMeter())) {
      assertThat(slowed.<String>run(ownPlace(), () -> "done")).isEqualTo("done");
    }
  }

  @Test
  void takesNothingForAHashThatIsNone() {
    assertThatThrownBy(() -> hasher.matches("secret", "secret"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("cannot hash");
  }
}
