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
 * Limits password guesses. {@code docs/decisions/0006-login-throttle.md} gives the rules and their
 * reasons.
 *
 * <p>Failed logins are counted per account and origin, so a stranger at another address cannot lock
 * a user out. Those of an origin are counted as well: beyond a limit its logins are slowed down,
 * except to accounts that recently logged in from there. An account is counted by the name or
 * number in the request, even if it does not exist, so the throttle does not reveal which accounts
 * exist.
 *
 * <p>Threads: any; never blocks.
 */
public final class LoginThrottle implements HashLine.Pace {
  private static final Logger log = LoggerFactory.getLogger(LoginThrottle.class);

  /** Each entry costs a hash, so a stranger needs at least half an hour to fill this. */
  private static final int MAX_PAIRS = 50_000;

  /** Each account has two entries, by name and by number. */
  private static final int MAX_RECENT = 100_000;

  private static final Duration RECENT = Duration.ofDays(30);

  /** Longer than the name of any account. Names are cut to this length to bound their memory. */
  private static final int LONGEST_NAME = 101;

  private final Throttle settings;
  private final LoginMeter meter;
  private final LongSupplier nanoTime;
  private final FailedLogins.Rule rule;
  private final OriginBuckets failuresByOrigin;
  private final Cache<Pair, FailedLogins> failuresByPair;
  private final Cache<Pair, Boolean> recent;
  private final CountedLog throttledLogins = new CountedLog(log::info);

  /** An account, by its name or number in a request, at an origin. */
  private record Pair(Identity account, AddressBlock origin) {
    static Pair of(Identity account, AddressBlock origin) {
      return account instanceof Identity.ByName(var name) && name.length() > LONGEST_NAME
          ? new Pair(new Identity.ByName(name.substring(0, LONGEST_NAME)), origin)
          : new Pair(account, origin);
    }
  }

  /**
   * Creates a throttle.
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
   * @throws Rejected with {@link ErrorCode#BUSY} if too many to this account from there failed; the
   *     reply has the time until the next is admitted
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

  /** The place in the queue of a logged-in user. */
  HashPlace place(Applicant applicant, Identity account) {
    var pair = Pair.of(account, AddressBlock.of(applicant.address()));
    return place(applicant, pair, settings.exempt().contain(applicant.address()));
  }

  private HashPlace place(Applicant applicant, Pair pair, boolean exempt) {
    var kind = recent.getIfPresent(pair) == null ? HashKind.LOGIN : HashKind.RECENT;
    // An exempt address may have many users behind it, so each of its connections has its own lane.
    Object key = exempt ? applicant : kind == HashKind.RECENT ? pair : pair.origin();
    return new HashPlace(kind, key, applicant);
  }

  /** Creates the refusal of a request that the throttle admits later. */
  static Rejected tooMany(String what, long waitNanos) {
    var wait = Duration.ofMillis(Duration.ofNanos(waitNanos).toMillis() + 1);
    return new Rejected(ErrorCode.BUSY, "too many " + what, wait);
  }

  /** Records a new attempt and returns 0, or returns the nanoseconds until one is admitted. */
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

  /** Attempts in progress may still succeed, and would then admit others at once. */
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

  /** An account logged in from this address, or was registered from it. */
  void loggedIn(Applicant applicant, Account account) {
    var origin = AddressBlock.of(applicant.address());
    noteRecent(new Pair(new Identity.ById(account.id()), origin));
    noteRecent(new Pair(new Identity.ByName(account.name()), origin));
  }

  private void noteRecent(Pair pair) {
    // A read renews an entry, too, and costs less than a write.
    if (recent.getIfPresent(pair) == null) {
      recent.put(pair, true);
    }
  }

  @Override
  public long nanosUntil(Object key, int logins) {
    return key instanceof AddressBlock origin ? failuresByOrigin.nanosUntil(origin, logins) : 0;
  }

  /** A login by password in progress. */
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

    /** Checks the password, and records the result. */
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
