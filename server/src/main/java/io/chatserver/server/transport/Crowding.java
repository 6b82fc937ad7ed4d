package io.chatserver.server.transport;

/**
 * The connections without a session, and the evictions since the start.
 *
 * @param loggedOut open connections without a session
 * @param addresses addresses with open connections
 * @param evictedByAddress connections closed because their address had too many without a session
 * @param evictedByTotal connections closed because the server had too many
 * @param turnedAwayByAddress new connections closed because no other one of their address could be
 *     evicted
 * @param turnedAwayByTotal new connections closed because no other one at all could be evicted
 * @param loginTimeouts connections closed because they did not log in in time
 * @param headerTimeouts connections of load balancers closed because no PROXY header came in time
 */
public record Crowding(
    int loggedOut,
    int addresses,
    long evictedByAddress,
    long evictedByTotal,
    long turnedAwayByAddress,
    long turnedAwayByTotal,
    long loginTimeouts,
    long headerTimeouts) {
  static Crowding of(ConnectionAdmission.Counts counts, long loginTimeouts, long headerTimeouts) {
    return new Crowding(
        counts.loggedOut(),
        counts.addresses(),
        counts.evictedByAddress(),
        counts.evictedByTotal(),
        counts.turnedAwayByAddress(),
        counts.turnedAwayByTotal(),
        loginTimeouts,
        headerTimeouts);
  }
}
