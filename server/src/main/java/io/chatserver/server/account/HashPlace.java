package io.chatserver.server.account;

/**
 * Where in {@link HashLine} a hash waits.
 *
 * @param key what takes turns with others of its kind: an origin, or an account at an origin
 * @param applicant the connection that asks for the hash
 */
record HashPlace(HashKind kind, Object key, Applicant applicant) {}
