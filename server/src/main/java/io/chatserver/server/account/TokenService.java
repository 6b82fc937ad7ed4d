package io.chatserver.server.account;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.SessionToken;
import io.chatserver.protocol.UserId;
import io.chatserver.server.config.ServerConfig;
import io.chatserver.server.fault.Rejected;
import io.chatserver.server.storage.Sha256;
import io.chatserver.server.storage.StoredTime;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;

/**
 * Session tokens: they log a client in again without the cost of a password hash.
 *
 * <p>A token is 256 random bits. The database has only its SHA-256 hash, which needs neither salt
 * nor cost for so many random bits. A token that was issued for a password begins a family. Tokens
 * that it is renewed into belong to the family, are revoked with it, and expire at the latest
 * {@code session.token_max_age} after the first one was issued.
 *
 * <p>Threads: any; every call but {@link #prepare} blocks.
 */
public final class TokenService {
  /** Cloned for each use: the search for the algorithm takes longer than a hash. */
  private static final int TOKEN_BYTES = 32;

  /** The limit per user; the oldest is dropped. No user has more devices than this. */
  private static final int MAX_PER_USER = 100;

  private static final Duration RETRY_AFTER = Duration.ofMillis(100);

  private final TokenStore store;
  private final AccountChangeStore changes;
  private final Clock clock;
  private final Duration lifetime;
  private final Duration maxAge;
  private final SecureRandom random = new SecureRandom();

  public TokenService(
      TokenStore store, AccountChangeStore changes, Clock clock, ServerConfig.Sessions config) {
    this.store = store;
    this.changes = changes;
    this.clock = clock;
    this.lifetime = config.tokenLifetime();
    this.maxAge = config.tokenMaxAge();
  }

  /** A valid token, and its family. */
  public record Known(String hash, String family, Instant firstIssuedAt) {}

  /** A new token, before {@link #issue} stores it. */
  public record Prepared(String text, Known known, Duration lifetime) {
    /** Its family. */
    public String family() {
      return known.family();
    }

    @Override
    public String toString() {
      return "Prepared[]";
    }
  }

  /**
   * Creates a token for a user, in the family of the token used to log in, or in a new family.
   *
   * @throws Rejected with {@link ErrorCode#TOKEN_INVALID} if the family is too old for another
   *     token, for example because {@code session.token_max_age} was lowered
   */
  public Prepared prepare(Authenticated user) {
    var bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    var text = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    var hash = hash(text);
    var renewed = user.token();
    if (renewed == null) {
      var known = new Known(hash, hash, clock.instant());
      return new Prepared(text, known, shorter(lifetime, maxAge));
    }
    var left = Duration.between(clock.instant(), renewed.firstIssuedAt().plus(maxAge));
    if (!left.isPositive()) {
      throw new Rejected(ErrorCode.TOKEN_INVALID);
    }
    var known = new Known(hash, renewed.family(), renewed.firstIssuedAt());
    return new Prepared(text, known, shorter(lifetime, left));
  }

  /**
   * Stores a token.
   *
   * @throws Rejected with {@link ErrorCode#BUSY} if the account has changed since it was
   *     authenticated: the client must retry the login
   */
  public SessionToken issue(Authenticated user, Prepared token) {
    var now = clock.instant();
    var row =
        new TokenStore.Row(
            token.known().hash(),
            StoredTime.of(now),
            StoredTime.of(now.plus(token.lifetime())),
            user.token() == null ? null : renewed(user.token()));
    if (!store.insert(row, user.account().id(), user.revision(), MAX_PER_USER)) {
      throw changedMeanwhile();
    }
    return new SessionToken(token.text(), token.lifetime());
  }

  private static TokenStore.Renewed renewed(Known token) {
    return new TokenStore.Renewed(
        token.hash(), token.family(), StoredTime.of(token.firstIssuedAt()));
  }

  /** Creates the refusal of a login whose account changed at the same moment. */
  public static Rejected changedMeanwhile() {
    return new Rejected(ErrorCode.BUSY, "the account is being changed", RETRY_AFTER);
  }

  /**
   * Returns the account of a token.
   *
   * @throws Rejected with {@link ErrorCode#TOKEN_INVALID} if it is unknown, has expired or was
   *     revoked; with {@link ErrorCode#ACCOUNT_DISABLED} if its account is disabled
   */
  public Authenticated authenticate(String token) {
    var hash = hash(token);
    var now = clock.instant();
    var found =
        store
            .find(hash, StoredTime.of(now), StoredTime.of(now.minus(maxAge)))
            .orElseThrow(() -> new Rejected(ErrorCode.TOKEN_INVALID));
    if (found.disabled()) {
      throw new Rejected(ErrorCode.ACCOUNT_DISABLED);
    }
    var known = new Known(hash, found.family(), StoredTime.read(found.firstIssuedAt()));
    return new Authenticated(found.account(), found.revision(), known, SeenClients.MODERN);
  }

  /**
   * Revokes the family of a token; does nothing if the user has no such token.
   *
   * @param keptSession the session that requests it, which stays
   */
  public void revoke(UserId user, String token, long keptSession) {
    store
        .family(user, hash(token))
        .ifPresent(family -> changes.revokeFamily(user, family, keptSession));
  }

  /** Revokes a family of tokens; the requesting session stays. */
  public void revokeFamily(UserId user, String family, long keptSession) {
    changes.revokeFamily(user, family, keptSession);
  }

  /** Revokes all tokens of a user; the requesting session stays. */
  public void revokeAll(UserId user, long keptSession) {
    changes.revokeTokens(user, keptSession);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static String hash(String token) {
    return HexFormat.of().formatHex(Sha256.of(token.getBytes(UTF_8)));
  }
}
