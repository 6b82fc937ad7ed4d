package io.chatserver.server.account;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.chatserver.protocol.Command.Identity;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.ShownNumbers;
import io.chatserver.protocol.UserId;
import io.chatserver.server.account.AccountStore.Credentials;
import io.chatserver.server.config.AddressBlock;
import io.chatserver.server.fault.CountedLog;
import io.chatserver.server.fault.Names;
import io.chatserver.server.fault.Rejected;
import io.chatserver.server.storage.StorageException;
import io.chatserver.server.storage.StoredTime;
import java.time.Clock;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds accounts, checks passwords and changes them.
 *
 * <p>Threads: any; every call blocks but {@link #checkPassword}.
 */
public final class AccountService {
  private static final Logger log = LoggerFactory.getLogger(AccountService.class);

  private final AccountStore store;
  private final PasswordHasher hasher;
  private final AccountChangeStore changes;
  private final AccountRules rules;
  private final Clock clock;
  private final CountedLog notNoted = new CountedLog(log::warn);
  private static final int MAX_LOGGED_ADDRESSES = 1000;

  /** For each address one of its own, so one that fails often does not hide the others. */
  private final Cache<AddressBlock, CountedLog> failedLogins =
      Caffeine.newBuilder().maximumSize(MAX_LOGGED_ADDRESSES).build();

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
   * Registers an account for a client.
   *
   * @param legacy whether the client is legacy: its passwords may be shorter
   * @throws Rejected if registration is closed, the name is taken, or name or password are not
   *     usable
   */
  UserId register(HashPlace place, String name, String password, boolean legacy) {
    rules.checkOpen();
    Names.checked(name);
    if (legacy) {
      rules.checkLegacyPassword(password);
    } else {
      rules.checkPassword(password);
    }
    return insert(place, name, password);
  }

  /**
   * Adds an account for the operator, also while registration is closed.
   *
   * @throws Rejected if the name is taken, or name or password are not usable
   */
  public UserId add(String name, String password) {
    Names.checked(name);
    rules.checkPassword(password);
    return insert(PasswordHasher.ownPlace(), name, password);
  }

  private UserId insert(HashPlace place, String name, String password) {
    if (store.credentials(name).isPresent()) {
      throw new Rejected(ErrorCode.NAME_TAKEN);
    }
    var hash = hasher.hash(place, password);
    try {
      return store.insert(name, hash, StoredTime.of(clock.instant()));
    } catch (StorageException e) {
      throw e.isDuplicateKey() ? new Rejected(ErrorCode.NAME_TAKEN) : e;
    }
  }

  /**
   * Checks a password and returns its account.
   *
   * @throws Rejected with {@link ErrorCode#INVALID_CREDENTIALS} if the account or the password is
   *     wrong; neither the reply nor its time shows which; with {@link ErrorCode#ACCOUNT_DISABLED}
   *     if the password is right and the account is disabled
   */
  Authenticated authenticate(HashPlace place, Identity who, String password) {
    var known =
        switch (who) {
          case Identity.ById(var id) -> store.credentials(id);
          case Identity.ByName(var name) -> store.credentials(name);
        };
    if (known.isEmpty()) {
      hasher.pretendToMatch(place, password);
      failed(place, "an unknown account");
      throw new Rejected(ErrorCode.INVALID_CREDENTIALS);
    }
    if (!hasher.matches(place, password, known.get().passwordHash())) {
      failed(place, "account " + known.get().account().id());
      throw new Rejected(ErrorCode.INVALID_CREDENTIALS);
    }
    return known.get().authenticated();
  }

  /**
   * Checks whether a new password is usable. Does not block.
   *
   * @throws Rejected if it is not usable
   */
  public void checkPassword(String password) {
    rules.checkPassword(password);
  }

  /**
   * Changes a user's password, ends all other sessions and revokes all tokens.
   *
   * @param user the user, authenticated with the current password
   * @param keptSession the session that requests it, which stays
   * @throws Rejected with {@link ErrorCode#BUSY} if the account has changed since
   */
  void changePassword(HashPlace place, Authenticated user, String password, long keptSession) {
    var hash = hasher.hash(place, password);
    var id = user.account().id();
    if (!changes.changePassword(id, hash, user.revision(), keptSession)) {
      throw TokenService.changedMeanwhile();
    }
  }

  /** Logs no name of an unknown account, because a user may have typed a password as name. */
  private void failed(HashPlace place, String account) {
    var address = place.applicant().address();
    failedLogins
        .get(AddressBlock.of(address), _ -> new CountedLog(log::info))
        .add(() ->
            "login to "
                + account
                + " from "
                + address.getHostAddress()
                + " failed: wrong password");
  }

  /**
   * Notes the client of a login, if there was no such client of this account before. A failure is
   * logged only: the next login notes it.
   *
   * @param legacy whether it is a C++ client
   */
  void saw(Authenticated user, boolean legacy) {
    var id = user.account().id();
    if (legacy && user.clients().legacy() == null) {
      note(() -> store.sawLegacy(id));
    } else if (!legacy && !user.clients().modern()) {
      note(() -> store.sawModern(id));
    }
  }

  /** Notes what numbers a C++ client of an account has shown; a failure is logged only. */
  public void saw(UserId id, ShownNumbers shown) {
    note(() -> store.sawLegacy(id, shown));
  }

  private void note(Runnable write) {
    try {
      write.run();
    } catch (Rejected | StorageException e) {
      notNoted.add(() -> "the kind of a client is not stored: " + e.getMessage());
    }
  }

  /** The account of that name. */
  public Optional<Account> find(String name) {
    return store.credentials(name).map(Credentials::account);
  }

  /** Finds an account by its id. */
  public Optional<Account> find(UserId id) {
    return store.credentials(id).map(Credentials::account);
  }
}
