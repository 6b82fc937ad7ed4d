package io.chatserver.tls;

import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The client side of TLS 1.2 and 1.3. It verifies the server's certificate and name. {@link
 * TlsException#of} explains failures.
 *
 * <p>Threads: any.
 */
public final class ClientTls {
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  private final SSLContext context;

  private ClientTls(SSLContext context) {
    this.context = context;
  }

  /**
   * Creates a client that trusts certificates signed by some authorities.
   *
   * @param authorities a file with their certificates in PEM; null for those of the JDK
   * @throws PemException if the file cannot be used
   */
  public static ClientTls trusting(@Nullable Path authorities) throws PemException {
    try {
      var words =
          authorities == null
              ? "the authorities of the JDK (--ca FILE names others)"
              : "those in " + authorities;
      var trust = new ExplainingTrust(checks(authorities), words);
      var context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {trust}, null);
      return new ClientTls(context);
    } catch (GeneralSecurityException | IOException e) {
      throw new PemException("its certificates cannot be used: " + e.getMessage());
    }
  }

  private static X509ExtendedTrustManager checks(@Nullable Path authorities)
      throws PemException, GeneralSecurityException, IOException {
    KeyStore trusted = null;
    if (authorities != null) {
      trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      int number = 0;
      for (var certificate : Pem.certificates(authorities)) {
        trusted.setCertificateEntry("authority-" + number++, certificate);
      }
    }
    var factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(trusted);
    return Arrays.stream(factory.getTrustManagers())
        .filter(X509ExtendedTrustManager.class::isInstance)
        .map(X509ExtendedTrustManager.class::cast)
        .findFirst()
        .orElseThrow(() -> new GeneralSecurityException("the JDK has no check for certificates"));
  }

  /**
   * Creates the handler for a connection; it must be the first of the pipeline. The handshake
   * begins when the connection is open.
   *
   * @param host the name or address that the certificate must have
   * @param timeout how long the handshake may take
   */
  public SslHandler handler(String host, int port, Duration timeout) {
    var engine = context.createSSLEngine(host, port);
    engine.setUseClientMode(true);
    engine.setSSLParameters(verifying(engine.getSSLParameters()));
    var handler = new SslHandler(engine);
    handler.setHandshakeTimeoutMillis(timeout.toMillis());
    return handler;
  }

  /**
   * Makes the handshake on a connected socket. Closing the returned socket closes that one, too.
   *
   * @param host the name or address that the certificate must have
   * @param timeout how long the server may be silent during the handshake
   * @throws TlsException if it fails
   */
  public Socket over(Socket connected, String host, int port, Duration timeout) throws IOException {
    var socket = (SSLSocket) context.getSocketFactory().createSocket(connected, host, port, true);
    try {
      socket.setSSLParameters(verifying(socket.getSSLParameters()));
      socket.setSoTimeout(Math.toIntExact(timeout.toMillis()));
      socket.startHandshake();
      return socket;
    } catch (IOException e) {
      connected.close();
      throw TlsException.of(e);
    }
  }

  private static SSLParameters verifying(SSLParameters parameters) {
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    parameters.setProtocols(PROTOCOLS);
    return parameters;
  }
}
