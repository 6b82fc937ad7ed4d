package io.chatserver.server.config;

import java.time.Duration;

/**
 * {@code [throttle]}: the limits for strangers and users.
 *
 * @param exempt addresses without the limits by address
 * @param loggedOutConnections the most connections without a session from an address
 * @param loggedOutBytes bytes of a connection without a login
 * @param loggedOutRequests requests of a connection without a login
 * @param errors malformed requests of a connection, and requests without the login that they need
 * @param sends messages of a user
 * @param sendBytes UTF-8 bytes of their texts
 * @param lists lists that a user reads
 * @param history pages of history that a user reads
 * @param catchUp messages that a user's sessions read from the log
 * @param finds names that a user looks up
 * @param writes other changes of a user
 * @param signals acknowledgements and pings of a user
 * @param logins logins of a user, by password or by token
 * @param refusals requests of a user refused for one of these rates
 * @param registrations registrations from an address at once
 * @param registrationInterval the time after which an address may register another account
 * @param failedLogins failed logins to one account from one address at once
 * @param failedLoginInterval the interval between two of them after that; it doubles
 * @param failedLoginIntervalMax the longest interval
 * @param addressFailedLogins failed logins from an address at once, to all accounts
 * @param addressFailedLoginInterval the interval between two logins from such an address
 * @param addressLine passwords of an address that may wait to be hashed
 * @param legacyDelay how long a legacy client is delayed, instead of being refused, before its
 *     connection is closed
 */
public record Throttle(
    Subnet.Several exempt,
    int loggedOutConnections,
    Rate loggedOutBytes,
    Rate loggedOutRequests,
    Rate errors,
    Rate sends,
    Rate sendBytes,
    Rate lists,
    Rate history,
    Rate catchUp,
    Rate finds,
    Rate writes,
    Rate signals,
    Rate logins,
    Rate refusals,
    int registrations,
    Duration registrationInterval,
    int failedLogins,
    Duration failedLoginInterval,
    Duration failedLoginIntervalMax,
    int addressFailedLogins,
    Duration addressFailedLoginInterval,
    int addressLine,
    Duration legacyDelay) {
  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final Duration LONGEST = Duration.ofDays(1);

  public Throttle {
    ServerConfig.range("throttle.logged_out_connections", loggedOutConnections, 1, 10_000_000);
    ServerConfig.range("throttle.registrations", registrations, 1, 1_000_000);
    ServerConfig.range("throttle.registration_interval", registrationInterval, SHORTEST, LONGEST);
    ServerConfig.range("throttle.failed_logins", failedLogins, 1, 1000);
    ServerConfig.range("throttle.failed_login_interval", failedLoginInterval, SHORTEST, LONGEST);
    ServerConfig.range(
        "throttle.failed_login_interval_max", failedLoginIntervalMax, SHORTEST, LONGEST);
    ServerConfig.range("throttle.address_failed_logins", addressFailedLogins, 1, 1_000_000);
    ServerConfig.range(
        "throttle.address_failed_login_interval", addressFailedLoginInterval, SHORTEST, LONGEST);
    ServerConfig.range("throttle.address_line", addressLine, 1, 100_000);
    ServerConfig.range("throttle.legacy_delay", legacyDelay, Duration.ZERO, Duration.ofMinutes(5));
  }
}
