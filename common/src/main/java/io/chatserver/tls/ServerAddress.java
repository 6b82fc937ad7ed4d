package io.chatserver.tls;

import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Where a server listens, and whether it is to be spoken to by TLS.
 *
 * @param host a name or an address; an address of IPv6 without brackets
 * @param port 1 to 65535
 */
public record ServerAddress(String host, int port, boolean tls) {
  private static final String SCHEME = "tls://";
  private static final int MAX_PORT = 65_535;

  public ServerAddress {
    if (host.isEmpty()) {
      throw new IllegalArgumentException("the host is missing");
    }
    if (port < 1 || port > MAX_PORT) {
      throw new IllegalArgumentException("port cannot be " + port + "; allowed: 1 to " + MAX_PORT);
    }
  }

  /**
   * The address that a person has written.
   *
   * @param host a name, an address, or {@code tls://HOST:PORT}
   * @param port null where none was written
   * @param defaultPort the port where none was written
   * @param tls whether TLS was asked for besides
   * @throws IllegalArgumentException if it is none; the message says why
   */
  public static ServerAddress of(
      String host, @Nullable Integer port, int defaultPort, boolean tls) {
    if (!host.contains("://")) {
      return new ServerAddress(host, port == null ? defaultPort : port, tls);
    }
    if (!host.startsWith(SCHEME)) {
      throw new IllegalArgumentException(host + " is no address: write HOST, or tls://HOST:PORT");
    }
    if (port != null) {
      throw new IllegalArgumentException("give the port once: " + host + ", or HOST PORT");
    }
    return ofUrl(host);
  }

  private static ServerAddress ofUrl(String url) {
    try {
      var uri = new URI(url);
      boolean bare = uri.getUserInfo() == null && uri.getRawPath().isEmpty();
      if (uri.getHost() == null || uri.getPort() < 0 || !bare || uri.getRawQuery() != null) {
        throw new IllegalArgumentException(url + " is no address: write tls://HOST:PORT");
      }
      return new ServerAddress(uri.getHost().replaceAll("[\\[\\]]", ""), uri.getPort(), true);
    } catch (URISyntaxException _) {
      throw new IllegalArgumentException(url + " is no address: write tls://HOST:PORT");
    }
  }
}
