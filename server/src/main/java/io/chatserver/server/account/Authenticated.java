package io.chatserver.server.account;

import org.jspecify.annotations.Nullable;

/**
 * An account that was authenticated by password or token.
 *
 * @param revision the account's revision when its password or token was checked
 * @param token the token that was used; null for a password
 * @param clients the kinds of clients that it has used before
 */
public record Authenticated(
    Account account, long revision, TokenService.@Nullable Known token, SeenClients clients) {}
