package io.chatserver.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chatserver.bench.process.TestAuthority;
import io.chatserver.server.config.Listen;
import io.chatserver.server.config.Subnet;
import io.chatserver.tls.PemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of a certificate and a key, as openssl makes them. */
class TlsIdentityTest {
  @TempDir private static Path directory;
  private static TestAuthority.Signed signed;
  private static TestAuthority.Signed other;

  @BeforeAll
  static void makeCertificates() {
    var authority = TestAuthority.create(directory);
    signed = authority.forThisMachine("server");
    other = authority.forThisMachine("other");
  }

  private static TlsIdentity read(Path certificate, Path key) throws PemException {
    return TlsIdentity.read(
        new Listen(
            "127.0.0.1",
            6000,
            0,
            new Subnet.Several(List.of()),
            Duration.ofSeconds(5),
            Listen.Plain.OFF,
            0,
            certificate.toString(),
            key.toString()));
  }

  private static Path openssl(String output, String... command) throws Exception {
    var file = directory.resolve(output);
    var process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(file.toFile())
            .start();
    assertThat(process.waitFor()).as(() -> text(file)).isZero();
    return file;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static Path file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  @Test
  void readsAChainAndTheKeyOfItsFirstCertificate() throws PemException {
    var identity = read(signed.certificate(), signed.key());

    assertThat(identity.chain()).hasSize(2);
    assertThat(identity.key().getAlgorithm()).isEqualTo("EC");
  }

  @Test
  void readsBothFromOneFile() throws Exception {
    var both = file("both.pem", text(signed.key()) + text(signed.certificate()));

    assertThat(read(both, both).chain()).hasSize(2);
  }

  @Test
  void readsKeysInTheOlderForms() throws Exception {
    var ec = openssl("ec.key", "openssl", "ec", "-in", signed.key().toString());
    assertThat(text(ec)).contains("BEGIN EC PRIVATE KEY");
    assertThat(read(signed.certificate(), ec).key()).isNotNull();

    openssl("log", "openssl", "genrsa", "-traditional", "-out", "rsa.key", "2048");
    var rsa = directory.resolve("rsa.key");
    assertThat(text(rsa)).contains("BEGIN RSA PRIVATE KEY");
    openssl(
        "log", "openssl", "req", "-x509", "-key", "rsa.key", "-subj", "/CN=x", "-out", "rsa.pem");
    assertThat(read(directory.resolve("rsa.pem"), rsa).key().getAlgorithm()).isEqualTo("RSA");
  }

  @Test
  void refusesWhatCannotBeUsedWithTheSettingAndTheReason() throws Exception {
    var certificate = signed.certificate();
    var encrypted =
        openssl(
            "encrypted.key",
            "openssl",
            "pkey",
            "-in",
            signed.key().toString(),
            "-aes128",
            "-passout",
            "pass:secret");
    openssl("log", "openssl", "genpkey", "-algorithm", "ed25519", "-out", "ed25519.key");
    var missing = directory.resolve("missing.pem");

    refuses(missing, signed.key(), "listen.tls_certificate", missing.toString(), "no such file");
    refuses(directory, signed.key(), "listen.tls_certificate", "is a directory");
    refuses(signed.key(), signed.key(), "listen.tls_certificate", "no certificate in PEM");
    refuses(certificate, certificate, "listen.tls_key", "no key in PEM");
    refuses(certificate, other.key(), "listen.tls_key", "not that of the first certificate");
    refuses(certificate, encrypted, "listen.tls_key", "encrypted");
    refuses(certificate, directory.resolve("ed25519.key"), "listen.tls_key", "allowed: RSA, EC");
    refuses(
        file("swapped.pem", text(directory.resolve("ca.pem")) + text(certificate)),
        signed.key(),
        "listen.tls_certificate",
        "did not sign");
    refuses(
        file("half.pem", text(certificate).substring(0, 300)),
        signed.key(),
        "listen.tls_certificate",
        "no certificate in PEM");
    refuses(
        certificate,
        file("broken.key", "-----BEGIN EC PRIVATE KEY-----\nMAA=\n-----END EC PRIVATE KEY-----\n"),
        "listen.tls_key",
        "broken");
  }

  private static void refuses(Path certificate, Path key, String... words) {
    assertThatThrownBy(() -> read(certificate, key))
        .isInstanceOf(PemException.class)
        .hasMessageContainingAll(words)
        .message()
        .hasLineCount(1);
  }
}
