package io.chatserver.server.config;

import static io.chatserver.server.config.ServerConfig.range;

import java.net.InetAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * {@code [listen]}: the addresses for clients, with and without TLS.
 *
 * @param proxyTimeout how long a PROXY header may take
 * @param plain where connections without TLS are accepted
 * @param tlsPort 0 for {@code port}, which is free then
 * @param tlsCertificate the file with the chain of certificates; empty for no TLS
 * @param tlsKey the file with the key of the first certificate
 */
public record Listen(
    String host,
    int port,
    int threads,
    Subnet.Several proxyFrom,
    Duration proxyTimeout,
    Plain plain,
    int tlsPort,
    String tlsCertificate,
    String tlsKey) {
  private static final String LOOPBACK = "127.0.0.1";

  /** Where connections without TLS are accepted. */
  public enum Plain {
    /** On {@code listen.host}. */
    ANY,
    /** On the loopback address only. */
    LOOPBACK,
    /** Nowhere. */
    OFF
  }

  public Listen {
    range("listen.port", port, 0, 65_535);
    range("listen.proxy_timeout", proxyTimeout, Duration.ofMillis(100), Duration.ofMinutes(1));
    range("listen.threads", threads, 0, 1024);
    range("listen.tls_port", tlsPort, 0, 65_535);
    if (tlsCertificate.isEmpty() != tlsKey.isEmpty()) {
      var missing = tlsKey.isEmpty() ? "listen.tls_key" : "listen.tls_certificate";
      throw new IllegalArgumentException(
          missing + " is \"\"; allowed: a file, for TLS needs a certificate and its key");
    }
    if (tlsCertificate.isEmpty()) {
      checkWithoutTls(plain, tlsPort);
    } else if (plain != Plain.OFF) {
      checkPorts(port, tlsPort);
    }
  }

  private static void checkWithoutTls(Plain plain, int tlsPort) {
    if (plain == Plain.OFF) {
      throw new IllegalArgumentException(
          "listen.plain is off, but listen.tls_certificate is \"\": no client could connect");
    }
    if (tlsPort != 0) {
      throw new IllegalArgumentException(
          "listen.tls_port is " + tlsPort + ", but listen.tls_certificate is \"\"");
    }
  }

  private static void checkPorts(int port, int tlsPort) {
    if (tlsPort == 0) {
      throw new IllegalArgumentException(
          "listen.tls_port is 0; allowed: 1 to 65535, or 0 with listen.plain = off");
    }
    if (tlsPort == port) {
      throw new IllegalArgumentException(
          "listen.tls_port is "
              + tlsPort
              + ", as listen.port; allowed: another, or listen.plain = off");
    }
  }

  /** The number of event loops. */
  public int loops() {
    return threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
  }

  /** Whether TLS is used. */
  public boolean hasTls() {
    return !tlsCertificate.isEmpty();
  }

  /** The port for TLS. */
  public int portForTls() {
    return tlsPort == 0 ? port : tlsPort;
  }

  /** The address for connections without TLS; null if there are none. */
  public @Nullable String plainHost() {
    return switch (plain) {
      case ANY -> host;
      case LOOPBACK -> isLoopback(host) ? host : LOOPBACK;
      case OFF -> null;
    };
  }

  /**
   * Whether other machines can connect without TLS. Behind a load balancer with PROXY headers this
   * is false, because the balancer may terminate TLS.
   */
  public boolean isOpenWithoutTls() {
    var plainHost = plainHost();
    return plainHost != null && !isLoopback(plainHost) && proxyFrom.subnets().isEmpty();
  }

  private static boolean isLoopback(String host) {
    try {
      return host.equals("localhost") || InetAddress.ofLiteral(host).isLoopbackAddress();
    } catch (IllegalArgumentException _) {
      return false;
    }
  }
}
