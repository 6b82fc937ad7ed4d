package io.chatserver.server.transport;

import io.chatserver.tls.Pem;
import io.chatserver.tls.PemException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.HexFormat;
import java.util.List;

/**
 * Reads a private key from a file in PEM: PKCS#8, or one of the two older forms, which lack only
 * the wrapping of PKCS#8.
 */
final class KeyFile {
  private static final List<String> ALGORITHMS = List.of("RSA", "EC");

  // DER: tags, and the identifiers of the algorithms.
  private static final int INTEGER = 0x02;
  private static final int OCTETS = 0x04;
  private static final int SEQUENCE = 0x30;
  private static final int CURVE = 0xa0;
  private static final byte[] ZERO = {INTEGER, 1, 0};
  private static final byte[] RSA = HexFormat.of().parseHex("06092a864886f70d0101010500");
  private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");

  private KeyFile() {}

  /**
   * Reads the first key of a file.
   *
   * @throws PemException if there is none that can be used
   */
  static PrivateKey read(Path file) throws PemException {
    for (var block : Pem.blocks(file)) {
      if (block.label().endsWith("PRIVATE KEY")) {
        return key(block);
      }
    }
    throw new PemException("it has no key in PEM (-----BEGIN PRIVATE KEY-----)");
  }

  private static PrivateKey key(Pem.Block block) throws PemException {
    if (block.encrypted()) {
      throw new PemException(
          "its key is encrypted; allowed: one without a password (openssl pkey -in FILE -out OTHER)");
    }
    var content = block.content();
    return switch (block.label()) {
      case "PRIVATE KEY" -> parsed(content);
      case "RSA PRIVATE KEY" -> parsed(pkcs8(RSA, content));
      case "EC PRIVATE KEY" -> parsed(pkcs8(joined(EC, curveOf(content)), content));
      default ->
          throw new PemException(
              "its key is a " + block.label() + "; allowed: PRIVATE KEY (PKCS#8)");
    };
  }

  private static PrivateKey parsed(byte[] pkcs8) throws PemException {
    for (var algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (InvalidKeySpecException _) {
        // The key has another algorithm.
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }
    throw new PemException("its key is broken, or of another kind; allowed: RSA, EC");
  }

  private static byte[] pkcs8(byte[] algorithm, byte[] key) {
    return der(SEQUENCE, ZERO, der(SEQUENCE, algorithm), der(OCTETS, key));
  }

  /** The curve of an EC key; PKCS#8 needs it in its parameters. */
  private static byte[] curveOf(byte[] key) throws PemException {
    try {
      var content = ByteBuffer.wrap(contentOf(ByteBuffer.wrap(key), SEQUENCE));
      var _ = contentOf(content, INTEGER);
      var _ = contentOf(content, OCTETS);
      return contentOf(content, CURVE);
    } catch (RuntimeException _) {
      throw new PemException("its key is broken, or names no curve");
    }
  }

  private static byte[] contentOf(ByteBuffer in, int tag) {
    if ((in.get() & 0xff) != tag) {
      throw new IllegalArgumentException("another tag");
    }
    int length = in.get() & 0xff;
    if (length > 0x80) {
      int count = length - 0x80;
      length = 0;
      for (int i = 0; i < count; i++) {
        length = (length << 8) | (in.get() & 0xff);
      }
    }
    var content = new byte[length];
    in.get(content);
    return content;
  }

  private static byte[] der(int tag, byte[]... parts) {
    var content = joined(parts);
    var out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.length < 0x80) {
      out.write(content.length);
    } else {
      out.write(0x82);
      out.write(content.length >> 8);
      out.write(content.length);
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static byte[] joined(byte[]... parts) {
    var out = new ByteArrayOutputStream();
    for (var part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
