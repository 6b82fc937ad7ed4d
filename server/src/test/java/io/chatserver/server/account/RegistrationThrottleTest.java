package io.chatserver.server.account;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.chatserver.protocol.ErrorCode;
import io.chatserver.server.config.TestConfig;
import io.chatserver.server.fault.Rejected;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RegistrationThrottleTest {
  private final AtomicLong now = new AtomicLong();
  private final LoginMeter meter = new LoginMeter();
  private final RegistrationThrottle throttle =
      new RegistrationThrottle(
          TestConfig.with(Map.of("throttle.exempt", "10.0.0.0/8")).throttle(), meter, now::get);

  private String register(String address) {
    return throttle.admit(new Applicant(InetAddress.ofLiteral(address))).check(() -> "done");
  }

  private Rejected refusal(String address, ErrorCode why) {
    return catchThrowableOfType(
        Rejected.class,
        () ->
            throttle
                .admit(new Applicant(InetAddress.ofLiteral(address)))
                .check(() -> {
                  throw new Rejected(why);
                }));
  }

  @Test
  void admitsTenAtOnceAndThenOneEachThirtySeconds() {
    for (int i = 0; i < 10; i++) {
      register("192.0.2.1");
    }
    var refused = refusal("192.0.2.1", ErrorCode.NAME_TAKEN).reply();

    assertThat(refused.code()).isEqualTo(ErrorCode.BUSY);
    assertThat(refused.retryAfter()).isBetween(Duration.ofSeconds(30), Duration.ofMillis(30_001));
    assertThat(meter.throttledBy(LoginMeter.Limit.REGISTRATIONS)).isEqualTo(1);
    register("192.0.2.2");
    now.addAndGet(requireNonNull(refused.retryAfter()).toNanos());
    register("192.0.2.1");
    assertThat(refusal("192.0.2.1", ErrorCode.NAME_TAKEN).reply().code()).isEqualTo(ErrorCode.BUSY);
  }

  /** To try out names is what it limits; a password that is too short tells nothing. */
  @Test
  void countsNamesThatAreTakenButNoOtherRefusals() {
    for (int i = 0; i < 30; i++) {
      assertThat(refusal("192.0.2.1", ErrorCode.PASSWORD_INVALID).reply().code())
          .isEqualTo(ErrorCode.PASSWORD_INVALID);
    }
    for (int i = 0; i < 10; i++) {
      assertThat(refusal("192.0.2.1", ErrorCode.NAME_TAKEN).reply().code())
          .isEqualTo(ErrorCode.NAME_TAKEN);
    }
    assertThat(refusal("192.0.2.1", ErrorCode.NAME_TAKEN).reply().code()).isEqualTo(ErrorCode.BUSY);
  }

  @Test
  void exemptAddressesAreNotThrottled() {
    for (int i = 0; i < 30; i++) {
      register("10.1.2.3");
    }
  }
}
