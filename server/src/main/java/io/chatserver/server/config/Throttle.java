package io.chatserver.server.config;

/**
 * {@code [throttle]}: how fast strangers and users may ask.
 *
 * @param exempt addresses that the limits by address do not apply to
 * @param loggedOutBytes bytes of a connection without a login
 * @param loggedOutRequests requests of a connection without a login
 * @param errors requests of a connection that cannot be read, or that need a login
 * @param sends messages of a user
 * @param sendBytes UTF-8 bytes of their texts
 * @param lists lists that a user reads
 * @param history pages of history that a user reads
 * @param writes other changes of a user
 * @param signals acknowledgements and pings of a user
 */
public record Throttle(
    Subnet.Several exempt,
    Rate loggedOutBytes,
    Rate loggedOutRequests,
    Rate errors,
    Rate sends,
    Rate sendBytes,
    Rate lists,
    Rate history,
    Rate writes,
    Rate signals) {}
