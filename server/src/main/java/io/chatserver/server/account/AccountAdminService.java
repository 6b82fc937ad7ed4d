package io.chatserver.server.account;

import io.chatserver.protocol.Command.Identity;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.UserId;
import io.chatserver.server.fault.Rejected;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The operations of operators on accounts, in a separate process. The nodes read changes that end
 * sessions from the database.
 *
 * <p>Threads: any; every call blocks.
 */
public final class AccountAdminService {
  private static final int PAGE = 1000;

  private final AccountService accounts;
  private final AccountStore store;
  private final AccountChangeStore changes;
  private final PasswordHasher hasher;

  public AccountAdminService(
      AccountService accounts,
      AccountStore store,
      AccountChangeStore changes,
      PasswordHasher hasher) {
    this.accounts = accounts;
    this.store = store;
    this.changes = changes;
    this.hasher = hasher;
  }

  /**
   * Adds an account.
   *
   * @throws Rejected as {@link AccountService#add}
   */
  public Account add(String name, String password) {
    return new Account(accounts.add(name, password), name);
  }

  /**
   * Finds the account of an identity.
   *
   * @throws Rejected with {@link ErrorCode#NO_SUCH_USER} if there is none
   */
  public Account find(Identity who) {
    var found =
        switch (who) {
          case Identity.ById(var id) -> store.credentials(id);
          case Identity.ByName(var name) -> store.credentials(name);
        };
    return found.orElseThrow(() -> new Rejected(ErrorCode.NO_SUCH_USER)).account();
  }

  /**
   * Sets a new password; ends all sessions and revokes all tokens of the account.
   *
   * @throws Rejected if the password is not usable
   */
  public void changePassword(UserId user, String password) {
    accounts.checkPassword(password);
    var hash = hasher.hash(password);
    if (!changes.changePassword(user, hash, null, 0)) {
      throw new Rejected(ErrorCode.NO_SUCH_USER);
    }
  }

  /** Ends an account's sessions, and refuses its logins; false if it is disabled already. */
  public boolean disable(UserId user) {
    return changes.disable(user);
  }

  /** Lets an account log in again. Its tokens that have not expired are valid again. */
  public void enable(UserId user) {
    store.enable(user);
  }

  /** Sets or clears the administrator flag of an account. */
  public void setAdmin(UserId user, boolean admin) {
    store.setAdmin(user, admin);
  }

  /** The current state of an account. */
  public Optional<AccountEntry> entry(UserId user) {
    return store.after(user.value() - 1, 1).stream()
        .filter(entry -> entry.account().id().equals(user))
        .findFirst();
  }

  /** Runs an action for all accounts, in the order of their ids. */
  public void forEach(Consumer<AccountEntry> action) {
    int last = 0;
    while (true) {
      var page = store.after(last, PAGE);
      page.forEach(action);
      if (page.size() < PAGE) {
        return;
      }
      last = page.getLast().account().id().value();
    }
  }
}
