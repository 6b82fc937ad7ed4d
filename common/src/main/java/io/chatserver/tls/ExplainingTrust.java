package io.chatserver.tls;

import io.chatserver.tls.TlsException.UntrustedServer;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Accepts the servers that the JDK's own checks accept, and explains to users why another one is
 * refused.
 *
 * <p>Threads: any.
 */
final class ExplainingTrust extends X509ExtendedTrustManager {
  /** The type numbers of host names and addresses among the names of a certificate. */
  private static final Set<Integer> HOST_NAMES = Set.of(2, 7);

  private final X509ExtendedTrustManager checks;
  private final String authorities;

  /**
   * Creates a trust manager.
   *
   * @param authorities a description of the trusted authorities
   */
  ExplainingTrust(X509ExtendedTrustManager checks, String authorities) {
    this.checks = checks;
    this.authorities = authorities;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    try {
      checks.checkServerTrusted(chain, authType, engine);
    } catch (CertificateException e) {
      throw explained(chain, authType, engine.getPeerHost(), e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    try {
      checks.checkServerTrusted(chain, authType, socket);
    } catch (CertificateException e) {
      var session = ((SSLSocket) socket).getHandshakeSession();
      throw explained(chain, authType, session.getPeerHost(), e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    checks.checkServerTrusted(chain, authType);
  }

  private UntrustedServer explained(
      X509Certificate[] chain, String authType, @Nullable String host, CertificateException why) {
    for (var certificate : chain) {
      try {
        certificate.checkValidity();
      } catch (CertificateExpiredException _) {
        return untrusted(whose(certificate, chain) + " expired on " + until(certificate), why);
      } catch (CertificateNotYetValidException _) {
        var from = certificate.getNotBefore().toInstant();
        return untrusted(whose(certificate, chain) + " is not valid before " + from, why);
      }
    }
    if (isTrusted(chain, authType)) {
      return untrusted(
          "the server's certificate is for " + names(chain[0]) + ", not for " + host, why);
    }
    var last = chain[chain.length - 1];
    if (last.getSubjectX500Principal().equals(last.getIssuerX500Principal()) && chain.length == 1) {
      return untrusted(
          "the server's certificate is signed by itself, and is not among " + authorities, why);
    }
    var authority = last.getIssuerX500Principal().getName();
    return untrusted(
        "the server's certificate is signed by an unknown authority: \""
            + authority
            + "\" is not among "
            + authorities,
        why);
  }

  /** Whether only the name is wrong. */
  private boolean isTrusted(X509Certificate[] chain, String authType) {
    try {
      checks.checkServerTrusted(chain, authType);
      return true;
    } catch (CertificateException _) {
      return false;
    }
  }

  private static UntrustedServer untrusted(String message, CertificateException cause) {
    return new UntrustedServer(message, cause);
  }

  private static String whose(X509Certificate certificate, X509Certificate[] chain) {
    return certificate.equals(chain[0])
        ? "the server's certificate"
        : "the certificate of \"" + certificate.getSubjectX500Principal().getName() + "\"";
  }

  private static String until(X509Certificate certificate) {
    return certificate.getNotAfter().toInstant().toString();
  }

  private static String names(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      var hosts =
          names == null
              ? ""
              : names.stream()
                  .filter(name -> HOST_NAMES.contains((Integer) name.getFirst()))
                  .map(name -> String.valueOf(name.get(1)))
                  .collect(Collectors.joining(", "));
      return hosts.isEmpty() ? "no host at all (it has no subjectAltName)" : hosts;
    } catch (CertificateParsingException _) {
      return "names that cannot be read";
    }
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return checks.getAcceptedIssuers();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("this is a client");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }
}
