package io.chatserver.server.account;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.UserId;
import io.chatserver.server.account.AccountChange.Kind;
import io.chatserver.server.config.ServerConfig;
import io.chatserver.server.config.TestConfig;
import io.chatserver.server.fault.Rejected;
import io.chatserver.server.storage.TestDatabase;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the SQL of changes that end sessions has to do on every database. */
abstract class AccountChangeStoreContract {
  private static final ServerConfig CONFIG = TestConfig.with(Map.of());

  private final TestDatabase testDatabase;
  private final AccountChangeStore changes;
  private final AccountStore accounts;
  private final TokenService tokens;

  AccountChangeStoreContract(TestDatabase testDatabase) {
    this.testDatabase = testDatabase;
    changes = new AccountChangeStore(testDatabase.database());
    accounts = new AccountStore(testDatabase.database());
    tokens =
        new TokenService(
            new TokenStore(testDatabase.database()), changes, Clock.systemUTC(), CONFIG.session());
  }

  private UserId newUser() {
    return testDatabase.newUser("user " + UUID.randomUUID());
  }

  private Authenticated authenticated(UserId user) {
    return accounts.credentials(user).orElseThrow().authenticated();
  }

  private String issue(Authenticated user) {
    return tokens.issue(user, tokens.prepare(user)).text();
  }

  @Test
  void numbersWhatEndsSessionsWithoutAHole() {
    var ann = newUser();
    var bob = newUser();
    long before = changes.revision();

    assertThat(changes.disable(ann)).isTrue();
    assertThat(changes.disable(ann)).isFalse();
    assertThat(changes.changePassword(bob, "hash", 0L, 7)).isTrue();
    assertThat(changes.changePassword(bob, "other", 0L, 7)).isFalse();
    changes.revokeTokens(bob, 8);
    var family = "ab".repeat(32);
    changes.revokeFamily(bob, family, 9);

    assertThat(changes.revision()).isEqualTo(before + 4);
    assertThat(changes.after(before, 10))
        .containsExactly(
            new AccountChange(before + 1, ann, Kind.DISABLED, null, 0),
            new AccountChange(before + 2, bob, Kind.PASSWORD_CHANGED, null, 7),
            new AccountChange(before + 3, bob, Kind.TOKENS_REVOKED, null, 8),
            new AccountChange(before + 4, bob, Kind.FAMILY_REVOKED, family, 9));
    assertThat(changes.after(before + 1, 1)).singleElement().matches(it -> it.user().equals(bob));
    var stored = accounts.credentials(bob).orElseThrow();
    assertThat(stored.passwordHash()).isEqualTo("hash");
    assertThat(stored.revision()).isEqualTo(before + 3);
  }

  /** A node that has read one change has missed none before it. */
  @Test
  void changesAreSeenInTheOrderOfTheirNumbers() throws Exception {
    var users = IntStream.range(0, 4).mapToObj(_ -> newUser()).toList();
    long before = changes.revision();
    var seen = new ArrayList<Long>();
    try (var executor = Executors.newFixedThreadPool(users.size())) {
      var running = users.stream().map(user -> executor.submit(() -> revokeOften(user))).toList();
      while (seen.size() < users.size() * 10) {
        long last = seen.isEmpty() ? before : seen.getLast();
        changes.after(last, 3).forEach(change -> seen.add(change.revision()));
      }
      for (var each : running) {
        each.get();
      }
    }
    assertThat(seen)
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 40).mapToObj(i -> before + i).toList());
  }

  private void revokeOften(UserId user) {
    for (int i = 0; i < 10; i++) {
      changes.revokeTokens(user, 0);
    }
  }

  @Test
  void aDisabledAccountIsTold() {
    var ann = newUser();
    var token = issue(authenticated(ann));
    changes.disable(ann);

    var byPassword = catchThrowableOfType(Rejected.class, () -> authenticated(ann));
    var byToken = catchThrowableOfType(Rejected.class, () -> tokens.authenticate(token));

    assertThat(List.of(byPassword, byToken))
        .allMatch(refused -> refused.reply().code() == ErrorCode.ACCOUNT_DISABLED);
    accounts.enable(ann);
    assertThat(tokens.authenticate(token).account().id()).isEqualTo(ann);
  }

  @Test
  void aFamilyEndsWithWhatItWasRenewedInto() {
    var ann = newUser();
    var first = issue(authenticated(ann));
    var other = issue(authenticated(ann));
    var second = issue(tokens.authenticate(first));
    var third = issue(tokens.authenticate(second));

    tokens.revoke(ann, second, 0);

    for (var token : List.of(first, second, third)) {
      assertThat(catchThrowableOfType(Rejected.class, () -> tokens.authenticate(token)))
          .isNotNull();
    }
    assertThat(tokens.authenticate(other).account().id()).isEqualTo(ann);
  }

  /** Else a thief who renews it at the right moment keeps it. */
  @Test
  void noTokenIsIssuedToOneWhoseAccountHasChangedSince() {
    var ann = newUser();
    var known = authenticated(ann);
    var byToken = tokens.authenticate(issue(known));
    tokens.revokeFamily(ann, requireNonNull(byToken.token()).family(), 0);
    assertThat(catchThrowableOfType(Rejected.class, () -> issue(byToken)).reply().code())
        .isEqualTo(ErrorCode.BUSY);

    changes.changePassword(ann, "hash", null, 0);
    assertThat(catchThrowableOfType(Rejected.class, () -> issue(known)).reply().code())
        .isEqualTo(ErrorCode.BUSY);
    assertThat(issue(authenticated(ann))).isNotEmpty();
  }

  @Test
  void renewedTokensAndRevocationsDoNotPassEachOther() throws Exception {
    try (var executor = Executors.newFixedThreadPool(2)) {
      for (int round = 0; round < 20; round++) {
        var ann = newUser();
        var byToken = tokens.authenticate(issue(authenticated(ann)));
        var family = requireNonNull(byToken.token()).family();
        Callable<String> renew =
            () -> {
              try {
                return issue(byToken);
              } catch (Rejected _) {
                return "";
              }
            };
        var renewed = executor.submit(renew);
        var revoked = executor.submit(() -> tokens.revokeFamily(ann, family, 0));
        revoked.get();
        renewed.get();

        assertThat(testDatabase.number("SELECT COUNT(*) FROM session_token WHERE user_id = " + ann))
            .isZero();
      }
    }
  }

  /** As an older version of the server or another program may have stored it. */
  @Test
  void aTokenWithoutAnAgeIsGoodUntilItExpires() {
    var ann = newUser();
    var token = issue(authenticated(ann));
    testDatabase.execute("UPDATE session_token SET created_at = 0 WHERE user_id = " + ann);

    var known = tokens.authenticate(token);

    assertThat(known.account().id()).isEqualTo(ann);
    assertThat(catchThrowableOfType(Rejected.class, () -> tokens.prepare(known)).reply().code())
        .isEqualTo(ErrorCode.TOKEN_INVALID);
  }

  @Test
  void nothingIsLeftOfTokensThatAreGone() {
    var ann = newUser();
    issue(tokens.authenticate(issue(authenticated(ann))));
    var kept = issue(tokens.authenticate(issue(authenticated(newUser()))));
    assertThat(familiesWithoutToken()).isZero();

    tokens.revokeAll(ann, 0);

    assertThat(testDatabase.number("SELECT COUNT(*) FROM session_token WHERE user_id = " + ann))
        .isZero();
    assertThat(familiesWithoutToken()).isZero();
    assertThat(tokens.authenticate(kept)).isNotNull();
  }

  private long familiesWithoutToken() {
    return testDatabase.number(
        "SELECT COUNT(*) FROM token_family WHERE token_hash NOT IN"
            + " (SELECT token_hash FROM session_token)");
  }

  @Test
  void listsAccountsInPages() {
    var ann = newUser();
    var bob = newUser();
    accounts.setAdmin(bob, true);
    changes.disable(ann);

    var page = accounts.after(ann.value() - 1, 2);

    assertThat(page).extracting(entry -> entry.account().id()).containsExactly(ann, bob);
    assertThat(page).extracting(AccountEntry::admin).containsExactly(false, true);
    assertThat(page).extracting(AccountEntry::disabled).containsExactly(true, false);
    assertThat(accounts.after(bob.value() - 1, 1)).hasSize(1);
    accounts.setAdmin(bob, false);
    assertThat(accounts.after(bob.value() - 1, 1).getFirst().admin()).isFalse();
  }
}
