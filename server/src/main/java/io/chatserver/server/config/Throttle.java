package io.chatserver.server.config;

/**
 * {@code [throttle]}: how fast strangers and users may ask.
 *
 * @param exempt addresses that the limits by address do not apply to
 * @param loggedOutConnections most connections of an address that have no session
 */
public record Throttle(Subnet.Several exempt, int loggedOutConnections) {
  public Throttle {
    ServerConfig.range("throttle.logged_out_connections", loggedOutConnections, 1, 10_000_000);
  }
}
