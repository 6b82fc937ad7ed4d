package io.chatserver.bench.siege;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * A port of this machine at which a server accepts clients. It opens all connections of a siege.
 *
 * @param tls whether it uses TLS
 */
record Door(boolean tls, int port) {
  private static final String HOST = "127.0.0.1";
  private static final String PLAIN = "plain:";
  private static final String TLS = "tls:";
  private static final int CONNECT_MILLIS = 5_000;

  /** Accepts any certificate: other tests check certificates. */
  private static final SSLContext TRUSTING = trusting();

  /**
   * Both layers of a connection.
   *
   * @param raw the TCP socket; closing it ends everything at once, also a write that is blocked
   * @param socket the socket for reading and writing: the same, or TLS on it
   */
  record Opened(Socket raw, Socket socket) {}

  /** Parses the result of {@link #toString}. */
  static Door parse(String text) {
    return text.startsWith(TLS)
        ? new Door(true, Integer.parseInt(text.substring(TLS.length())))
        : new Door(false, Integer.parseInt(text.substring(PLAIN.length())));
  }

  /**
   * Connects, without the handshake of TLS.
   *
   * @param source an address of this machine
   * @param receiveBuffer bytes that the system takes ahead of the reader; 0 for its own choice
   */
  Socket connect(String source, int receiveBuffer) throws IOException {
    var raw = new Socket();
    try {
      if (receiveBuffer > 0) {
        raw.setReceiveBufferSize(receiveBuffer);
      }
      raw.setTcpNoDelay(true);
      if (!source.equals(HOST)) {
        // Allows reusing the ports of connections that ended a moment ago.
        raw.setReuseAddress(true);
        raw.bind(new InetSocketAddress(InetAddress.ofLiteral(source), 0));
      }
      raw.connect(new InetSocketAddress(InetAddress.ofLiteral(HOST), port), CONNECT_MILLIS);
      return raw;
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  /**
   * Connects, with the TLS handshake if the port uses TLS.
   *
   * @param source an address of this machine
   * @param receiveBuffer as for {@link #connect}
   */
  Opened open(String source, int receiveBuffer) throws IOException {
    var raw = connect(source, receiveBuffer);
    return new Opened(raw, secured(raw));
  }

  /** Adds TLS to a connection if the port uses it; the first read or write makes the handshake. */
  Socket secured(Socket raw) throws IOException {
    if (!tls) {
      return raw;
    }
    try {
      return TRUSTING.getSocketFactory().createSocket(raw, HOST, port, true);
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  @Override
  public String toString() {
    return (tls ? TLS : PLAIN) + port;
  }

  private static SSLContext trusting() {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustAll()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class TrustAll extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
