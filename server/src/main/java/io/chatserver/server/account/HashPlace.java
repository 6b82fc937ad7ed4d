package io.chatserver.server.account;

/**
 * The place of a hash in {@link HashLine}.
 *
 * @param key the key of its lane: an origin, or an account at an origin
 * @param applicant the connection that needs the hash
 */
record HashPlace(HashKind kind, Object key, Applicant applicant) {}
