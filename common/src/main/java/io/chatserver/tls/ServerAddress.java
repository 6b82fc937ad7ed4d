package io.chatserver.tls;

import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * The address of a server, and whether to use TLS.
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
   * Parses the address that a user has entered.
   *
   * @param host a name, an address, or {@code tls://HOST:PORT}
   * @param port null if none was given
   * @param defaultPort the port if none was given
   * @param tls whether an option asks for TLS
   * @throws IllegalArgumentException if it is not an address; the message says why
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
