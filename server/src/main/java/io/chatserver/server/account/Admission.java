package io.chatserver.server.account;

import io.chatserver.protocol.Command.Identity;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.UserId;
import io.chatserver.server.config.Throttle;
import io.chatserver.server.fault.Rejected;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Admits logins and registrations: passes those that the throttles admit to {@link AccountService}.
 *
 * <p>Threads: any. The methods do not block, except {@link #changePassword} and {@link
 * #noteClient}; the suppliers that they return do.
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
   * @return a supplier that checks the password; the caller must run it, and it blocks
   * @throws Rejected if it is throttled
   */
  public Supplier<Authenticated> login(Applicant applicant, Identity account, String password) {
    var attempt = logins.admit(applicant, account);
    return () -> attempt.check(() -> accounts.authenticate(attempt.place(), account, password));
  }

  /**
   * Notes the kind of client of a login; blocks where it is the first of its kind.
   *
   * @param legacy whether it is a C++ client
   */
  public void noteClient(Authenticated user, boolean legacy) {
    accounts.saw(user, legacy);
  }

  /** Records a login by token, which is never throttled. */
  public void loggedInByToken(Applicant applicant, Account account) {
    logins.loggedIn(applicant, account);
  }

  /**
   * Admits a registration.
   *
   * @param legacy whether the client is legacy: its passwords may be shorter
   * @return a supplier that adds the account; the caller must run it, and it blocks
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
   * @param user the user, authenticated with the current password
   * @param keptSession the session that requests it, which stays
   * @throws Rejected with {@link ErrorCode#BUSY} if the account has changed since
   */
  public void changePassword(
      Applicant applicant, Authenticated user, String password, long keptSession) {
    var place = logins.place(applicant, new Identity.ById(user.account().id()));
    accounts.changePassword(place, user, password, keptSession);
  }

  /** How long a legacy client is delayed before its connection is closed. */
  public Duration longestDelay() {
    return settings.legacyDelay();
  }

  /** A legacy connection was closed after its longest delay. */
  public void gaveUp() {
    meter.closedByThrottle();
  }
}
