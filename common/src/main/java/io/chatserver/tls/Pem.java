package io.chatserver.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/** Reads files in PEM: blocks between lines of dashes, with any text around them. */
public final class Pem {
  /** A chain of certificates and a key have a few kilobytes; a list of all authorities has 250. */
  private static final long MAX_BYTES = 4 << 20;

  private static final String CERTIFICATE = "CERTIFICATE";

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s*+(.*?)-----END \\1-----", Pattern.DOTALL);

  /** Header lines such as {@code Proc-Type: 4,ENCRYPTED} before the content, and an empty line. */
  private static final Pattern HEADERS = Pattern.compile("\\A(?:[\\w-]+:.*\\R)+\\s*");

  private Pem() {}

  /**
   * A block.
   *
   * @param label the kind of its content, such as {@code PRIVATE KEY}
   * @param encrypted whether its content is encrypted
   * @param base64 its content, which is DER unless it is encrypted
   */
  public record Block(String label, boolean encrypted, String base64) {
    /** The content. */
    public byte[] content() {
      return Base64.getMimeDecoder().decode(base64);
    }

    /** Without the content, which may be a key. */
    @Override
    public String toString() {
      return "Block[" + label + "]";
    }
  }

  /**
   * Reads all blocks of a file.
   *
   * @throws PemException if the file cannot be read or a block is broken
   */
  public static List<Block> blocks(Path file) throws PemException {
    var blocks = new ArrayList<Block>();
    var matcher = BLOCK.matcher(text(file));
    while (matcher.find()) {
      blocks.add(block(matcher.group(1), matcher.group(2)));
    }
    return blocks;
  }

  private static Block block(String label, String body) throws PemException {
    boolean encrypted = label.startsWith("ENCRYPTED ") || body.contains("4,ENCRYPTED");
    var block = new Block(label, encrypted, HEADERS.matcher(body).replaceFirst(""));
    try {
      var _ = block.content();
      return block;
    } catch (IllegalArgumentException _) {
      throw new PemException("its block " + label + " is no base64");
    }
  }

  /**
   * Reads the certificates of a file, in order; at least one.
   *
   * @throws PemException if the file cannot be read, has no certificate, or one is broken
   */
  public static List<X509Certificate> certificates(Path file) throws PemException {
    var certificates = new ArrayList<X509Certificate>();
    for (var block : blocks(file)) {
      if (block.label.equals(CERTIFICATE)) {
        certificates.add(certificate(block, certificates.size() + 1));
      }
    }
    if (certificates.isEmpty()) {
      throw new PemException("it has no certificate in PEM (-----BEGIN CERTIFICATE-----)");
    }
    return certificates;
  }

  private static X509Certificate certificate(Block block, int number) throws PemException {
    try {
      var factory = CertificateFactory.getInstance("X.509");
      var content = new ByteArrayInputStream(block.content());
      return (X509Certificate) factory.generateCertificate(content);
    } catch (CertificateException e) {
      throw new PemException("its certificate " + number + " is broken: " + e.getMessage());
    }
  }

  private static String text(Path file) throws PemException {
    try {
      if (Files.isDirectory(file)) {
        throw new PemException("it is a directory");
      }
      if (Files.size(file) > MAX_BYTES) {
        throw new PemException("it has more than " + MAX_BYTES + " bytes");
      }
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException _) {
      throw new PemException("there is no such file");
    } catch (AccessDeniedException _) {
      throw new PemException("permission denied");
    } catch (IOException e) {
      throw new PemException("it cannot be read: " + e.getMessage());
    }
  }
}
