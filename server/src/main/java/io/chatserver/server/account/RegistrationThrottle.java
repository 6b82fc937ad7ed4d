package io.chatserver.server.account;

import io.chatserver.protocol.ErrorCode;
import io.chatserver.server.config.AddressBlock;
import io.chatserver.server.config.Throttle;
import io.chatserver.server.fault.CountedLog;
import io.chatserver.server.fault.Rejected;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits the registrations of an origin, and so the probing of taken names.
 *
 * <p>Threads: any; never blocks.
 */
public final class RegistrationThrottle {
  private static final Logger log = LoggerFactory.getLogger(RegistrationThrottle.class);

  private final Throttle settings;
  private final LoginMeter meter;
  private final OriginBuckets buckets;
  private final CountedLog throttledRegistrations = new CountedLog(log::info);

  /**
   * Creates a throttle.
   *
   * @param nanoTime as {@link System#nanoTime}
   */
  public RegistrationThrottle(Throttle settings, LoginMeter meter, LongSupplier nanoTime) {
    this.settings = settings;
    this.meter = meter;
    this.buckets =
        new OriginBuckets(settings.registrations(), settings.registrationInterval(), nanoTime);
  }

  /**
   * Admits a registration.
   *
   * @throws Rejected with {@link ErrorCode#BUSY} if there were too many from there; the reply has
   *     the time until the next is admitted
   */
  Attempt admit(Applicant applicant) {
    var origin = AddressBlock.of(applicant.address());
    if (settings.exempt().contain(applicant.address())) {
      return new Attempt(origin, new HashPlace(HashKind.REGISTER, applicant, applicant), true);
    }
    long wait = buckets.take(origin);
    if (wait > 0) {
      meter.throttled(LoginMeter.Limit.REGISTRATIONS);
      throttledRegistrations.add(() -> "registrations from " + origin + " are throttled");
      throw LoginThrottle.tooMany("registrations from this address", wait);
    }
    return new Attempt(origin, new HashPlace(HashKind.REGISTER, origin, applicant), false);
  }

  /** A registration in progress. */
  final class Attempt {
    private final AddressBlock origin;
    private final HashPlace place;
    private final boolean exempt;

    private Attempt(AddressBlock origin, HashPlace place, boolean exempt) {
      this.origin = origin;
      this.place = place;
      this.exempt = exempt;
    }

    HashPlace place() {
      return place;
    }

    /** Runs the registration. A failed one does not count, except if the name is taken. */
    <T> T check(Supplier<T> registration) {
      try {
        return registration.get();
      } catch (RuntimeException e) {
        boolean counts =
            e instanceof Rejected refused && refused.reply().code() == ErrorCode.NAME_TAKEN;
        if (!counts && !exempt) {
          buckets.giveBack(origin);
        }
        throw e;
      }
    }
  }
}
