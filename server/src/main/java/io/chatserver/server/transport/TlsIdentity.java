package io.chatserver.server.transport;

import io.chatserver.server.config.Listen;
import io.chatserver.tls.Pem;
import io.chatserver.tls.PemException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * The certificate chain that the server sends to its clients, and its private key; both are
 * checked.
 *
 * @param chain the server's own certificate, then the intermediate authorities up to one that
 *     clients trust
 */
record TlsIdentity(PrivateKey key, List<X509Certificate> chain) {
  /**
   * Reads the files that the settings name.
   *
   * @throws PemException if they cannot be used; the message has the setting and its value
   */
  static TlsIdentity read(Listen files) throws PemException {
    var certificate = "listen.tls_certificate is \"" + files.tlsCertificate() + "\": ";
    List<X509Certificate> chain;
    try {
      chain = Pem.certificates(Path.of(files.tlsCertificate()));
      checkOrder(chain);
    } catch (PemException e) {
      throw new PemException(certificate + e.getMessage());
    }
    var keySetting = "listen.tls_key is \"" + files.tlsKey() + "\": ";
    try {
      var key = KeyFile.read(Path.of(files.tlsKey()));
      if (!belongTogether(key, chain.getFirst().getPublicKey())) {
        throw new PemException(
            "its key is not that of the first certificate in " + files.tlsCertificate());
      }
      return new TlsIdentity(key, chain);
    } catch (PemException e) {
      throw new PemException(keySetting + e.getMessage());
    }
  }

  private static void checkOrder(List<X509Certificate> chain) throws PemException {
    for (int i = 1; i < chain.size(); i++) {
      try {
        chain.get(i - 1).verify(chain.get(i).getPublicKey());
      } catch (GeneralSecurityException _) {
        throw new PemException(
            "its certificate %d did not sign number %d; allowed: the server's own first, then each signed by the next"
                .formatted(i + 1, i));
      }
    }
  }

  private static boolean belongTogether(PrivateKey key, PublicKey certified) {
    var algorithm = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
    try {
      var signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      var signed = signature.sign();
      signature.initVerify(certified);
      return signature.verify(signed);
    } catch (GeneralSecurityException _) {
      return false;
    }
  }

  /** When the first certificate of the chain to expire does so. */
  Instant expires() {
    return chain.stream()
        .map(certificate -> certificate.getNotAfter().toInstant())
        .min(Instant::compareTo)
        .orElseThrow();
  }

  /** Whether all certificates of the chain are valid at this time. */
  boolean isValidAt(Instant time) {
    return chain.stream()
        .allMatch(certificate ->
            !time.isBefore(certificate.getNotBefore().toInstant())
                && !time.isAfter(certificate.getNotAfter().toInstant()));
  }

  /** The time of validity, as text for the log. */
  String validity() {
    return "valid from " + chain.getFirst().getNotBefore().toInstant() + " until " + expires();
  }
}
