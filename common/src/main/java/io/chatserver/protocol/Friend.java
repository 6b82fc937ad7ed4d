package io.chatserver.protocol;

/** Someone on a user's list of friends. */
public record Friend(UserId id, String name, boolean online) {}
