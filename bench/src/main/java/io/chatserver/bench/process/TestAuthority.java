package io.chatserver.bench.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An authority for trials and tests, made by the openssl command: it signs certificates for TLS.
 * Its files are its owner's only.
 *
 * <p>Threads: one at a time.
 */
public final class TestAuthority {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final int DAYS = 365;
  private static final List<String> NEW_KEY =
      List.of("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes");

  private final Path directory;

  private TestAuthority(Path directory) {
    this.directory = directory;
  }

  /**
   * A certificate and its key.
   *
   * @param certificate with that of the authority behind it
   */
  public record Signed(Path certificate, Path key) {
    /** The settings with which a server shows it. */
    public Map<String, String> settings(int port) {
      return Map.of(
          "listen.tls_port", Integer.toString(port),
          "listen.tls_certificate", certificate.toString(),
          "listen.tls_key", key.toString());
    }
  }

  /** Makes one, with its files in a directory, in place of one that is there already. */
  public static TestAuthority create(Path directory) {
    var files = directory.toAbsolutePath();
    try {
      Files.createDirectories(files);
      Files.setPosixFilePermissions(files, PosixFilePermissions.fromString("rwx------"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var authority = new TestAuthority(files);
    authority.selfSigned(
        "ca", "chatserver test authority", "basicConstraints=critical,CA:TRUE", DAYS);
    return authority;
  }

  /** Its own certificate, which clients trust. */
  public Path certificate() {
    return directory.resolve("ca.pem");
  }

  /** Makes a certificate for this machine, under its name and its loopback addresses. */
  public Signed forThisMachine(String file) {
    return sign(file, "DNS:localhost,IP:127.0.0.1,IP:::1", DAYS);
  }

  /**
   * Makes a certificate, in place of one that is in the same file already.
   *
   * @param names as openssl writes them: {@code DNS:…,IP:…}
   * @param days how long it is valid from now on; negative for one that has expired
   */
  public Signed sign(String file, String names, int days) {
    var request = List.of("-subj", "/CN=" + file, "-out", path(file + ".csr"));
    openssl(
        List.of(List.of("req", "-new"), NEW_KEY, request, List.of("-keyout", path(file + ".key"))));
    write(file + ".ext", "subjectAltName=" + names + "\n");
    openssl(
        List.of(
            List.of("x509", "-req", "-in", path(file + ".csr")),
            List.of("-extfile", path(file + ".ext"), "-days", Integer.toString(days)),
            List.of("-CA", path("ca.pem"), "-CAkey", path("ca.key"), "-CAcreateserial"),
            List.of("-out", path(file + ".crt"))));
    try {
      write(
          file + ".pem",
          Files.readString(directory.resolve(file + ".crt")) + Files.readString(certificate()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Signed(directory.resolve(file + ".pem"), ownersOnly(file + ".key"));
  }

  /** Makes a certificate that no authority has signed. */
  public Signed selfSigned(String file, String names) {
    return selfSigned(file, file, "subjectAltName=" + names, DAYS);
  }

  private Signed selfSigned(String file, String name, String extension, int days) {
    openssl(
        List.of(
            List.of("req", "-x509", "-subj", "/CN=" + name, "-addext", extension),
            NEW_KEY,
            List.of("-days", Integer.toString(days)),
            List.of("-keyout", path(file + ".key"), "-out", path(file + ".pem"))));
    return new Signed(directory.resolve(file + ".pem"), ownersOnly(file + ".key"));
  }

  private static void openssl(List<List<String>> arguments) {
    var command = new ArrayList<>(List.of(LocalMachine.program("openssl", "openssl")));
    arguments.forEach(command::addAll);
    ChildProcess.run("openssl " + command.get(1), command, TIMEOUT);
  }

  private String path(String file) {
    return directory.resolve(file).toString();
  }

  /** Whole or not at all, for a server that looks at it meanwhile. */
  private void write(String file, String text) {
    try {
      var fresh = Files.writeString(directory.resolve(file + ".new"), text);
      Files.move(
          fresh,
          directory.resolve(file),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path ownersOnly(String file) {
    try {
      return Files.setPosixFilePermissions(
          directory.resolve(file), PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
