package io.chatserver.server.account;

import io.chatserver.protocol.Command.Identity;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.UserId;
import io.chatserver.server.config.Throttle;
import io.chatserver.server.fault.Rejected;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Where connections ask to log in or to register: what the throttles admit goes to {@link
 * AccountService}.
 *
 * <p>Threads: any. Nothing here blocks; what it returns does.
 */
public final class Admission {
  private final AccountService accounts;
  private final LoginThrottle logins;
  private final RegistrationThrottle registrations;
  private final LoginMeter meter;
  private final Throttle settings;

  public Admission(
      AccountService accounts,
      LoginThrottle logins,
      RegistrationThrottle registrations,
      LoginMeter meter,
      Throttle settings) {
    this.accounts = accounts;
    this.logins = logins;
    this.registrations = registrations;
    this.meter = meter;
    this.settings = settings;
  }

  /**
   * Admits a login by password.
   *
   * @return checks the password; must be run, and blocks
   * @throws Rejected if it is throttled
   */
  public Supplier<Authenticated> login(Applicant applicant, Identity account, String password) {
    var attempt = logins.admit(applicant, account);
    return () -> attempt.check(() -> accounts.authenticate(attempt.place(), account, password));
  }

  /** Notes a login by token, which is never throttled. */
  public void loggedInByToken(Applicant applicant, Account account) {
    logins.loggedIn(applicant, account);
  }

  /**
   * Admits a registration.
   *
   * @param legacy whether a legacy client asks: its passwords may be shorter
   * @return opens the account; must be run, and blocks
   * @throws Rejected if it is throttled
   */
  public Supplier<UserId> register(
      Applicant applicant, String name, String password, boolean legacy) {
    var attempt = registrations.admit(applicant);
    return () -> {
      var id = attempt.check(() -> accounts.register(attempt.place(), name, password, legacy));
      logins.loggedIn(applicant, new Account(id, name));
      return id;
    };
  }

  /**
   * Changes a password; blocks.
   *
   * @param user the user, whose password until now was right
   * @param keptSession the session that asks, which stays
   * @throws Rejected with {@link ErrorCode#BUSY} if the account has changed since
   */
  public void changePassword(
      Applicant applicant, Authenticated user, String password, long keptSession) {
    var place = logins.place(applicant, new Identity.ById(user.account().id()));
    accounts.changePassword(place, user, password, keptSession);
  }

  /** How long a legacy client waits, which cannot be told to come later, before it is closed. */
  public Duration longestDelay() {
    return settings.legacyDelay();
  }

  /** A legacy connection is closed, for it was delayed so long. */
  public void gaveUp() {
    meter.closedByThrottle();
  }
}
