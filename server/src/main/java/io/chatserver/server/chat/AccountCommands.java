package io.chatserver.server.chat;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.Reply;
import io.chatserver.server.account.AccountChanges;
import io.chatserver.server.account.AccountService;
import io.chatserver.server.account.Admission;
import io.chatserver.server.account.TokenService;

/**
 * The commands of users on their own accounts: log out, revoke tokens, change the password. The
 * requesting session stays. {@link AccountChanges} ends the others, on this node at once.
 *
 * <p>Threads: the caller's event loop; blocking outcomes run on virtual threads.
 */
public final class AccountCommands {
  private final AccountService accounts;
  private final Admission admission;
  private final TokenService tokens;
  private final AccountChanges changes;

  public AccountCommands(
      AccountService accounts, Admission admission, TokenService tokens, AccountChanges changes) {
    this.accounts = accounts;
    this.admission = admission;
    this.tokens = tokens;
    this.changes = changes;
  }

  /** Ends the session, after revoking the family of its token. */
  Outcome logout(Caller caller) {
    var session = caller.loggedIn();
    var family = session.grant().family();
    if (family == null) {
      caller.endSession();
      return new Outcome.Now(new Reply.Done());
    }
    return new Outcome.Blocking(() -> {
      tokens.revokeFamily(session.user(), family, session.grant().session());
      changes.request();
      session.connection().loop().execute(caller::endSession);
      return new Reply.Done();
    });
  }

  /** Revokes the family of a token, or all tokens. */
  Outcome revokeTokens(Caller caller, Command.RevokeTokens command) {
    var session = caller.loggedIn();
    long kept = session.grant().session();
    return new Outcome.Blocking(() -> {
      if (command.token() == null) {
        tokens.revokeAll(session.user(), kept);
      } else {
        tokens.revoke(session.user(), command.token(), kept);
      }
      changes.request();
      return new Reply.Done();
    });
  }

  /** Changes the password if the current one is right. */
  Outcome changePassword(Caller caller, Command.ChangePassword command) {
    var session = caller.loggedIn();
    accounts.checkPassword(command.password());
    var who = new Command.Identity.ById(session.user());
    var authentication = admission.login(caller.applicant(), who, command.current());
    return new Outcome.Blocking(() -> {
      var user = authentication.get();
      admission.changePassword(
          caller.applicant(), user, command.password(), session.grant().session());
      changes.request();
      return new Reply.Done();
    });
  }
}
