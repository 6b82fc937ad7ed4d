package io.chatserver.protocol;

/** A member of a group. */
public record Member(UserId id, String name, Role role, boolean online) {}
