package io.chatserver.server.account;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.SessionToken;
import io.chatserver.protocol.UserId;
import io.chatserver.server.fault.Rejected;
import io.chatserver.server.storage.StoredTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Session tokens: what a client logs in with again without the cost of a password's hash.
 *
 * <p>A token is 256 random bits; the database has only its SHA-256, which for so many random bits
 * needs neither salt nor cost.
 *
 * <p>Threads: any; every call blocks.
 */
public final class TokenService {
  private static final int TOKEN_BYTES = 32;

  /** The oldest goes first: a user has no more devices than that. */
  private static final int MAX_PER_USER = 100;

  private final TokenStore store;
  private final Clock clock;
  private final Duration lifetime;
  private final SecureRandom random = new SecureRandom();

  /**
   * Creates it.
   *
   * @param lifetime how long a token can be used
   */
  public TokenService(TokenStore store, Clock clock, Duration lifetime) {
    this.store = store;
    this.clock = clock;
    this.lifetime = lifetime;
  }

  /** Gives a user a new token. */
  public SessionToken issue(UserId user) {
    var bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    var token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    var now = clock.instant();
    store.insert(
        hash(token), user, StoredTime.of(now), StoredTime.of(now.plus(lifetime)), MAX_PER_USER);
    return new SessionToken(token, lifetime);
  }

  /**
   * Returns the account whose token this is.
   *
   * @throws Rejected with {@link ErrorCode#TOKEN_INVALID} if it is none, has expired or was revoked
   */
  public Account authenticate(String token) {
    return store
        .find(hash(token), StoredTime.of(clock.instant()))
        .orElseThrow(() -> new Rejected(ErrorCode.TOKEN_INVALID));
  }

  /**
   * Makes a user's tokens useless; sessions stay.
   *
   * @param token the one that is meant, null for all
   */
  public void revoke(UserId user, @Nullable String token) {
    if (token == null) {
      store.deleteAll(user);
    } else {
      store.delete(user, hash(token));
    }
  }

  private static byte[] hash(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
