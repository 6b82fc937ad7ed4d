package io.chatserver.server.account;

import org.jspecify.annotations.Nullable;

/**
 * An account whose password or token was right.
 *
 * @param revision the last {@link AccountChange} that the password or token was checked against
 * @param token the token that was right, null where it was the password
 */
public record Authenticated(Account account, long revision, TokenService.@Nullable Known token) {}
