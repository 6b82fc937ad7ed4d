package io.chatserver.server.account;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.chatserver.protocol.Command.Identity;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.UserId;
import io.chatserver.server.config.AddressBlock;
import io.chatserver.server.config.TestConfig;
import io.chatserver.server.config.Throttle;
import io.chatserver.server.fault.Rejected;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LoginThrottleTest {
  private static final Account ALICE = new Account(new UserId(7), "alice");
  private static final Authenticated KNOWN =
      new Authenticated(ALICE, 0, null, new SeenClients(null, false));
  private static final Identity BY_NAME = new Identity.ByName("alice");
  private static final Identity BY_ID = new Identity.ById(ALICE.id());
  private static final Throttle SETTINGS =
      TestConfig.with(
              Map.of("throttle.exempt", "10.0.0.0/8", "throttle.address_failed_logins", "9"))
          .throttle();

  private final AtomicLong now = new AtomicLong();
  private final LoginMeter meter = new LoginMeter();
  private final LoginThrottle throttle = new LoginThrottle(SETTINGS, meter, now::get);

  private static Applicant from(String address) {
    return new Applicant(InetAddress.ofLiteral(address));
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  private ErrorCode refusal(Applicant applicant, Identity who, ErrorCode why) {
    return catchThrowableOfType(
            Rejected.class,
            () ->
                throttle
                    .admit(applicant, who)
                    .check(() -> {
                      throw new Rejected(why);
                    }))
        .reply()
        .code();
  }

  private void fails(String address, Identity who) {
    assertThat(refusal(from(address), who, ErrorCode.INVALID_CREDENTIALS))
        .isEqualTo(ErrorCode.INVALID_CREDENTIALS);
  }

  private Duration wait(String address, Identity who) {
    var refused = catchThrowableOfType(Rejected.class, () -> throttle.admit(from(address), who));
    assertThat(refused.reply().code()).isEqualTo(ErrorCode.BUSY);
    return requireNonNull(refused.reply().retryAfter());
  }

  private HashPlace succeeds(String address, Identity who) {
    var attempt = throttle.admit(from(address), who);
    assertThat(attempt.check(() -> KNOWN)).isEqualTo(KNOWN);
    return attempt.place();
  }

  private void failFiveTimes(String address, Identity who) {
    for (int i = 0; i < 5; i++) {
      fails(address, who);
    }
  }

  @Test
  void aStrangerElsewhereDoesNotKeepAUserOut() {
    failFiveTimes("192.0.2.1", BY_NAME);

    assertThat(wait("192.0.2.1", BY_NAME))
        .isBetween(Duration.ofSeconds(5), Duration.ofMillis(5001));
    succeeds("192.0.2.2", BY_NAME);
    fails("192.0.2.1", new Identity.ByName("bob"));
  }

  @Test
  void aNetworkOfIpv6IsOneAddress() {
    failFiveTimes("2001:db8::1", BY_NAME);

    wait("2001:db8::2:3", BY_NAME);
    succeeds("2001:db8:0:1::1", BY_NAME);
  }

  /** Else it would tell that an account exists, and which number it has. */
  @Test
  void countsNameAndNumberApart() {
    failFiveTimes("192.0.2.1", BY_NAME);

    fails("192.0.2.1", BY_ID);
  }

  @Test
  void theRightPasswordAfterTheWaitForgetsWhatFailed() {
    failFiveTimes("192.0.2.1", BY_NAME);
    pass(wait("192.0.2.1", BY_NAME));

    succeeds("192.0.2.1", BY_NAME);
    failFiveTimes("192.0.2.1", BY_NAME);
  }

  @Test
  void whatWasNotCheckedDoesNotCount() {
    for (int i = 0; i < 20; i++) {
      assertThat(refusal(from("192.0.2.1"), BY_NAME, ErrorCode.STORAGE_UNAVAILABLE))
          .isEqualTo(ErrorCode.STORAGE_UNAVAILABLE);
    }
    assertThat(meter.failedLogins()).isZero();
  }

  @Test
  void manyDevicesAtOnceWaitOnlyForEachOther() {
    var attempts =
        IntStream.range(0, 5).mapToObj(_ -> throttle.admit(from("192.0.2.1"), BY_NAME)).toList();

    assertThat(wait("192.0.2.1", BY_NAME)).isLessThan(Duration.ofSeconds(1));
    attempts.forEach(attempt -> attempt.check(() -> KNOWN));
    succeeds("192.0.2.1", BY_NAME);
  }

  @Test
  void exemptAddressesAreNotThrottled() {
    for (int i = 0; i < 30; i++) {
      fails("10.1.2.3", BY_NAME);
    }

    var one = throttle.admit(from("10.1.2.3"), BY_NAME).place();
    var other = throttle.admit(from("10.1.2.3"), BY_NAME).place();
    assertThat(one.key()).isNotEqualTo(other.key());
  }

  @Test
  void aSprayOverManyAccountsSlowsItsAddressDown() {
    var sprayer = AddressBlock.of(InetAddress.ofLiteral("192.0.2.1"));
    for (int i = 0; i < 9; i++) {
      assertThat(throttle.nanosUntil(sprayer, 1)).isZero();
      fails("192.0.2.1", new Identity.ByName("guess " + i));
    }

    var pause = SETTINGS.addressFailedLoginInterval();
    assertThat(throttle.nanosUntil(sprayer, 1)).isEqualTo(pause.toNanos());
    assertThat(throttle.nanosUntil(sprayer, 4)).isEqualTo(pause.multipliedBy(4).toNanos());
    assertThat(throttle.nanosUntil(AddressBlock.of(InetAddress.ofLiteral("192.0.2.2")), 1))
        .isZero();
    pass(pause);
    assertThat(throttle.nanosUntil(sprayer, 1)).isZero();
  }

  @Test
  void anAccountThatLoggedInFromThereIsKnownThereByNameAndNumber() {
    assertThat(succeeds("192.0.2.1", BY_NAME).kind()).isEqualTo(HashKind.LOGIN);

    assertThat(succeeds("192.0.2.1", BY_NAME).kind()).isEqualTo(HashKind.RECENT);
    assertThat(succeeds("192.0.2.1", BY_ID).kind()).isEqualTo(HashKind.RECENT);
    assertThat(succeeds("192.0.2.2", BY_ID).kind()).isEqualTo(HashKind.LOGIN);
    throttle.loggedIn(from("192.0.2.3"), ALICE);
    assertThat(succeeds("192.0.2.3", BY_ID).kind()).isEqualTo(HashKind.RECENT);
  }

  @Test
  void aLongNameTakesNoMoreMemoryAndIsNoOtherName() {
    var longest = "x".repeat(100);
    failFiveTimes("192.0.2.1", new Identity.ByName(longest + "y".repeat(10_000)));

    wait("192.0.2.1", new Identity.ByName(longest + "y".repeat(9_000)));
    fails("192.0.2.1", new Identity.ByName(longest));
  }
}
