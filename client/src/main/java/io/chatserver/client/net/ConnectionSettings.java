package io.chatserver.client.net;

import io.chatserver.tls.ClientTls;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The address and the timeouts of a connection.
 *
 * @param tls verifies the server; null for a connection without TLS
 */
public record ConnectionSettings(
    String host,
    int port,
    @Nullable ClientTls tls,
    Requests requests,
    KeepAlive keepAlive,
    Retry retry) {
  private static final int MAX_PORT = 65_535;

  /**
   * The settings of requests.
   *
   * @param timeout how long a reply may take
   * @param maxInFlight how many requests may wait for their reply at once
   */
  public record Requests(Duration timeout, int maxInFlight) {
    public Requests {
      require(timeout.isPositive(), "request timeout", timeout);
      require(maxInFlight > 0, "requests in flight", maxInFlight);
    }
  }

  /**
   * How a dead connection is found out.
   *
   * @param pingEvery how often a ping is sent
   * @param silenceLimit how long the server may then be silent
   */
  public record KeepAlive(Duration pingEvery, Duration silenceLimit) {
    public KeepAlive {
      require(pingEvery.isPositive(), "ping every", pingEvery);
      require(silenceLimit.isPositive(), "silence limit", silenceLimit);
    }
  }

  /**
   * How a connection comes, and comes back.
   *
   * @param connectTimeout how long one attempt may take
   * @param first the shortest wait before an attempt
   * @param last the longest wait before an attempt
   */
  public record Retry(Duration connectTimeout, Duration first, Duration last) {
    public Retry {
      require(connectTimeout.isPositive(), "connect timeout", connectTimeout);
      require(first.isPositive() && first.compareTo(last) <= 0, "first retry", first);
    }
  }

  public ConnectionSettings {
    require(port > 0 && port <= MAX_PORT, "port", port);
  }

  /** The settings that suit a person's client. */
  public static ConnectionSettings of(String host, int port) {
    return new ConnectionSettings(
        host,
        port,
        null,
        new Requests(Duration.ofSeconds(10), 1024),
        new KeepAlive(Duration.ofSeconds(20), Duration.ofSeconds(10)),
        new Retry(Duration.ofSeconds(5), Duration.ofMillis(500), Duration.ofSeconds(30)));
  }

  /** The same settings with TLS. */
  public ConnectionSettings with(ClientTls other) {
    return new ConnectionSettings(host, port, other, requests, keepAlive, retry);
  }

  /** The same with another bound and time-out for requests. */
  public ConnectionSettings with(Requests other) {
    return new ConnectionSettings(host, port, tls, other, keepAlive, retry);
  }

  /** The same with another keep-alive. */
  public ConnectionSettings with(KeepAlive other) {
    return new ConnectionSettings(host, port, tls, requests, other, retry);
  }

  /** The same with other waits for a connection. */
  public ConnectionSettings with(Retry other) {
    return new ConnectionSettings(host, port, tls, requests, keepAlive, other);
  }

  /** The server as a person writes it. */
  public String address() {
    return host + ":" + port;
  }

  private static void require(boolean valid, String name, Object value) {
    if (!valid) {
      throw new IllegalArgumentException(name + " cannot be " + value);
    }
  }
}
