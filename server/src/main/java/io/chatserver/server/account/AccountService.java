package io.chatserver.server.account;

import io.chatserver.protocol.Command.Identity;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.UserId;
import io.chatserver.server.account.AccountStore.Credentials;
import io.chatserver.server.fault.CountedLog;
import io.chatserver.server.fault.Names;
import io.chatserver.server.fault.Rejected;
import io.chatserver.server.storage.StorageException;
import io.chatserver.server.storage.StoredTime;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens accounts and tells who someone is.
 *
 * <p>Threads: any; every call blocks.
 */
public final class AccountService {
  private static final Logger log = LoggerFactory.getLogger(AccountService.class);

  private static final int MAX_PASSWORD_BYTES = 1024;

  private final AccountStore store;
  private final PasswordHasher hasher;
  private final Clock clock;
  private final int minPasswordLength;
  private final CountedLog failedLogins = new CountedLog(log::info);

  public AccountService(
      AccountStore store, PasswordHasher hasher, Clock clock, int minPasswordLength) {
    this.store = store;
    this.hasher = hasher;
    this.clock = clock;
    this.minPasswordLength = minPasswordLength;
  }

  /**
   * Opens an account.
   *
   * @throws Rejected if the name is taken, or name or password are not usable
   */
  UserId register(HashPlace place, String name, String password) {
    Names.checked(name);
    checkPassword(password);
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

  private void checkPassword(String password) {
    if (password.codePointCount(0, password.length()) < minPasswordLength) {
      throw new Rejected(
          ErrorCode.PASSWORD_INVALID, "at least " + minPasswordLength + " characters");
    }
    if (password.getBytes(StandardCharsets.UTF_8).length > MAX_PASSWORD_BYTES) {
      throw new Rejected(ErrorCode.PASSWORD_INVALID, "at most " + MAX_PASSWORD_BYTES + " bytes");
    }
  }

  /**
   * Returns the account whose password this is.
   *
   * @throws Rejected with {@link ErrorCode#INVALID_CREDENTIALS} if there is none; which of the two
   *     was wrong can be told neither by the answer nor by the time it takes
   */
  Account authenticate(HashPlace place, Identity who, String password) {
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
    return known.get().account();
  }

  /** Without the name of an unknown account: it may be a password that was typed there. */
  private void failed(HashPlace place, String account) {
    failedLogins.add(() ->
        "login to "
            + account
            + " from "
            + place.applicant().address().getHostAddress()
            + " failed: wrong password");
  }

  /** The account of that id. */
  public Optional<Account> find(UserId id) {
    return store.credentials(id).map(Credentials::account);
  }
}
