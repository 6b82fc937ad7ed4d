package io.chatserver.server.account;

import java.time.Instant;

/** An account, as shown to operators. */
public record AccountEntry(Account account, boolean disabled, boolean admin, Instant createdAt) {}
