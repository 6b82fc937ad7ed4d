package io.chatserver.server.account;

import io.chatserver.protocol.Command.Identity;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.UserId;
import io.chatserver.server.account.AccountStore.Credentials;
import io.chatserver.server.fault.Names;
import io.chatserver.server.fault.Rejected;
import io.chatserver.server.storage.StorageException;
import io.chatserver.server.storage.StoredTime;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;

/**
 * Opens accounts and tells who someone is.
 *
 * <p>Threads: any; every call blocks.
 */
public final class AccountService {
  private static final int MAX_PASSWORD_BYTES = 1024;

  private final AccountStore store;
  private final PasswordHasher hasher;
  private final Clock clock;
  private final int minPasswordLength;

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
  public UserId register(String name, String password) {
    Names.checked(name);
    checkPassword(password);
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
  public Account authenticate(Identity who, String password) {
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
    return known.get().account();
  }

  /** The account of that id. */
  public Optional<Account> find(UserId id) {
    return store.credentials(id).map(Credentials::account);
  }
}
