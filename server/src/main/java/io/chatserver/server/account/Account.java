package io.chatserver.server.account;

import io.chatserver.protocol.UserId;

/** Someone who can log in. */
public record Account(UserId id, String name) {}
