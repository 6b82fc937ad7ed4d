package io.chatserver.server.account;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.chatserver.protocol.Command.Identity;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.server.config.AddressBlock;
import io.chatserver.server.config.Throttle;
import io.chatserver.server.fault.CountedLog;
import io.chatserver.server.fault.Rejected;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits how often passwords can be guessed. {@code docs/decisions/0006-login-throttle.md} gives
 * the rules and why they are so.
 *
 * <p>Failed logins are counted per account and origin, so a stranger elsewhere cannot keep a user
 * out. Those of an origin are counted as well: past a limit its logins are slowed down, except to
 * accounts that logged in from there recently. An account is counted by the name or number that the
 * request has, whether it exists or not, so the throttle does not tell.
 *
 * <p>Threads: any; never blocks.
 */
public final class LoginThrottle implements HashLine.Pace {
  private static final Logger log = LoggerFactory.getLogger(LoginThrottle.class);

  /** Each costs a hash, so a stranger fills this in half an hour at best. */
  private static final int MAX_PAIRS = 50_000;

  /** An account is in it by its name and by its number. */
  private static final int MAX_RECENT = 100_000;

  private static final Duration RECENT = Duration.ofDays(30);

  /** No account has a longer name: a longer one is cut, so it takes no more memory. */
  private static final int LONGEST_NAME = 101;

  private final Throttle settings;
  private final LoginMeter meter;
  private final LongSupplier nanoTime;
  private final FailedLogins.Rule rule;
  private final OriginBuckets failuresByOrigin;
  private final Cache<Pair, FailedLogins> failuresByPair;
  private final Cache<Pair, Boolean> recent;
  private final CountedLog throttledLogins = new CountedLog(log::info);

  /** An account, by what it is called in a request, at an origin. */
  private record Pair(Identity account, AddressBlock origin) {
    static Pair of(Identity account, AddressBlock origin) {
      return account instanceof Identity.ByName(var name) && name.length() > LONGEST_NAME
          ? new Pair(new Identity.ByName(name.substring(0, LONGEST_NAME)), origin)
          : new Pair(account, origin);
    }
  }

  /**
   * Creates one.
   *
   * @param nanoTime as {@link System#nanoTime}
   */
  public LoginThrottle(Throttle settings, LoginMeter meter, LongSupplier nanoTime) {
    this.settings = settings;
    this.meter = meter;
    this.nanoTime = nanoTime;
    this.rule =
        new FailedLogins.Rule(
            settings.failedLogins(),
            settings.failedLoginInterval(),
            settings.failedLoginIntervalMax());
    this.failuresByOrigin =
        new OriginBuckets(
            settings.addressFailedLogins(), settings.addressFailedLoginInterval(), nanoTime);
    this.failuresByPair =
        Caffeine.newBuilder().maximumSize(MAX_PAIRS).expireAfterAccess(rule.memory()).build();
    this.recent = Caffeine.newBuilder().maximumSize(MAX_RECENT).expireAfterAccess(RECENT).build();
  }

  /**
   * Admits a login by password.
   *
   * @throws Rejected with {@link ErrorCode#BUSY} if too many to this account from there failed, and
   *     when another one is admitted
   */
  Attempt admit(Applicant applicant, Identity account) {
    var pair = Pair.of(account, AddressBlock.of(applicant.address()));
    boolean exempt = settings.exempt().contain(applicant.address());
    long wait = exempt ? 0 : begin(pair);
    if (wait > 0) {
      meter.throttled(LoginMeter.Limit.FAILED_LOGINS);
      throttledLogins.add(
          () -> "logins to an account from " + pair.origin() + " are throttled: too many failed");
      throw tooMany("logins to this account failed", wait);
    }
    return new Attempt(pair, place(applicant, pair, exempt), exempt);
  }

  /** The place in the line of a user who is logged in. */
  HashPlace place(Applicant applicant, Identity account) {
    var pair = Pair.of(account, AddressBlock.of(applicant.address()));
    return place(applicant, pair, settings.exempt().contain(applicant.address()));
  }

  private HashPlace place(Applicant applicant, Pair pair, boolean exempt) {
    var kind = recent.getIfPresent(pair) == null ? HashKind.LOGIN : HashKind.RECENT;
    // An exempt address may be that of many users, so each of its connections takes turns.
    Object key = exempt ? applicant : kind == HashKind.RECENT ? pair : pair.origin();
    return new HashPlace(kind, key, applicant);
  }

  /** The refusal of what a throttle admits later. */
  static Rejected tooMany(String what, long waitNanos) {
    var wait = Duration.ofMillis(Duration.ofNanos(waitNanos).toMillis() + 1);
    return new Rejected(ErrorCode.BUSY, "too many " + what, wait);
  }

  /** Notes a begun attempt and returns 0, or returns the nanoseconds until one is admitted. */
  private long begin(Pair pair) {
    var wait = new AtomicLong();
    var _ =
        failuresByPair
            .asMap()
            .compute(
                pair,
                (_, known) -> {
                  long now = nanoTime.getAsLong();
                  var state = (known == null ? FailedLogins.none(now) : known).at(now, rule);
                  wait.set(nanosToWait(state, now));
                  return wait.get() > 0 ? state : state.begun(now, rule);
                });
    return wait.get();
  }

  /** Attempts that are under way may still succeed, which lets others in at once. */
  private long nanosToWait(FailedLogins state, long now) {
    long wait = state.nanosToWait(now, rule);
    boolean othersMaySucceed = state.count() - state.underWay() < rule.free();
    return othersMaySucceed ? Math.min(wait, state.underWay() * meter.meanHashNanos()) : wait;
  }

  private void end(Pair pair, UnaryOperator<FailedLogins> change) {
    var _ =
        failuresByPair
            .asMap()
            .computeIfPresent(
                pair,
                (_, known) -> {
                  var state = change.apply(known);
                  return state.isNone() ? null : state;
                });
  }

  /** An account logged in from there, or was opened from there. */
  void loggedIn(Applicant applicant, Account account) {
    var origin = AddressBlock.of(applicant.address());
    recent.put(new Pair(new Identity.ById(account.id()), origin), true);
    recent.put(new Pair(new Identity.ByName(account.name()), origin), true);
  }

  @Override
  public long nanosUntil(Object key, int logins) {
    return key instanceof AddressBlock origin ? failuresByOrigin.nanosUntil(origin, logins) : 0;
  }

  /** A login by password that is under way. */
  final class Attempt {
    private final Pair pair;
    private final HashPlace place;
    private final boolean exempt;

    private Attempt(Pair pair, HashPlace place, boolean exempt) {
      this.pair = pair;
      this.place = place;
      this.exempt = exempt;
    }

    HashPlace place() {
      return place;
    }

    /** Checks the password, and notes how that ended. */
    Authenticated check(Supplier<Authenticated> authentication) {
      Authenticated known;
      try {
        known = authentication.get();
      } catch (Rejected e) {
        if (e.reply().code() == ErrorCode.INVALID_CREDENTIALS) {
          failed();
        } else {
          withdrawn();
        }
        throw e;
      } catch (RuntimeException e) {
        withdrawn();
        throw e;
      }
      succeeded(known.account());
      return known;
    }

    private void failed() {
      meter.loginFailed();
      if (!exempt) {
        end(pair, FailedLogins::failed);
        failuresByOrigin.charge(pair.origin());
      }
    }

    private void withdrawn() {
      end(pair, state -> state.withdrawn(nanoTime.getAsLong()));
    }

    private void succeeded(Account account) {
      end(pair, state -> state.succeeded(nanoTime.getAsLong()));
      loggedIn(place.applicant(), account);
    }
  }
}
