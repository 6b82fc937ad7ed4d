package io.chatserver.server.account;

import io.chatserver.protocol.Command.Identity;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.UserId;
import io.chatserver.server.account.AccountStore.Credentials;
import io.chatserver.server.fault.Names;
import io.chatserver.server.fault.Rejected;
import io.chatserver.server.storage.StorageException;
import io.chatserver.server.storage.StoredTime;
import java.time.Clock;
import java.util.Optional;

/**
 * Opens accounts and tells who someone is.
 *
 * <p>Threads: any; every call blocks.
 */
public final class AccountService {
  private final AccountStore store;
  private final PasswordHasher hasher;
  private final AccountChangeStore changes;
  private final AccountRules rules;
  private final Clock clock;

  public AccountService(
      AccountStore store,
      AccountChangeStore changes,
      PasswordHasher hasher,
      AccountRules rules,
      Clock clock) {
    this.store = store;
    this.changes = changes;
    this.hasher = hasher;
    this.rules = rules;
    this.clock = clock;
  }

  /**
   * Opens an account for a stranger.
   *
   * @param legacy whether the program that asks is as old as the C++ clients: its passwords may be
   *     shorter
   * @throws Rejected if registration is closed, the name is taken, or name or password are not
   *     usable
   */
  public UserId register(String name, String password, boolean legacy) {
    rules.checkOpen();
    Names.checked(name);
    if (legacy) {
      rules.checkLegacyPassword(password);
    } else {
      rules.checkPassword(password);
    }
    return insert(name, password);
  }

  /**
   * Opens an account for the operator, be registration open or closed.
   *
   * @throws Rejected if the name is taken, or name or password are not usable
   */
  public UserId add(String name, String password) {
    Names.checked(name);
    rules.checkPassword(password);
    return insert(name, password);
  }

  private UserId insert(String name, String password) {
    if (store.credentials(name).isPresent()) {
      throw new Rejected(ErrorCode.NAME_TAKEN);
    }
    var hash = hasher.hash(password);
    try {
      return store.insert(name, hash, StoredTime.of(clock.instant()));
    } catch (StorageException e) {
      throw e.isDuplicateKey() ? new Rejected(ErrorCode.NAME_TAKEN) : e;
    }
  }

  /**
   * Returns the account whose password this is.
   *
   * @throws Rejected with {@link ErrorCode#INVALID_CREDENTIALS} if there is none; which of the two
   *     was wrong can be told neither by the answer nor by the time it takes; with {@link
   *     ErrorCode#ACCOUNT_DISABLED} where the password is right
   */
  public Authenticated authenticate(Identity who, String password) {
    var known =
        switch (who) {
          case Identity.ById(var id) -> store.credentials(id);
          case Identity.ByName(var name) -> store.credentials(name);
        };
    if (known.isEmpty()) {
      hasher.pretendToMatch(password);
      throw new Rejected(ErrorCode.INVALID_CREDENTIALS);
    }
    if (!hasher.matches(password, known.get().passwordHash())) {
      throw new Rejected(ErrorCode.INVALID_CREDENTIALS);
    }
    return known.get().authenticated();
  }

  /**
   * Checks a password that a user wants.
   *
   * @throws Rejected if it is not usable
   */
  public void checkPassword(String password) {
    rules.checkPassword(password);
  }

  /**
   * Changes a user's password, and ends all other sessions and all tokens.
   *
   * @param user the user, whose password until now was right
   * @param keptSession the session that asks, which stays
   * @throws Rejected with {@link ErrorCode#BUSY} if the account has changed since
   */
  public void changePassword(Authenticated user, String password, long keptSession) {
    rules.checkPassword(password);
    var hash = hasher.hash(password);
    var id = user.account().id();
    if (!changes.changePassword(id, hash, user.revision(), keptSession)) {
      throw TokenService.changedMeanwhile();
    }
  }

  /** The account of that id. */
  public Optional<Account> find(UserId id) {
    return store.credentials(id).map(Credentials::account);
  }
}
