package io.chatserver.server.cluster;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals what nodes tell each other, so that only who can read their database can tell them
 * something: HMAC-SHA-256, of which the first 128 bits precede the payload (RFC 2104, section 5).
 *
 * <p>Threads: any.
 */
final class NodeSeal {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int LENGTH = 16;

  /** Never updated: cloning it costs less than making one. */
  private final Mac keyed;

  NodeSeal(byte[] key) {
    try {
      keyed = Mac.getInstance(ALGORITHM);
      keyed.init(new SecretKeySpec(key, ALGORITHM));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }

  /**
   * Seals a payload.
   *
   * @param epoch the epoch of the log that it speaks of
   */
  byte[] seal(String epoch, byte[] payload) {
    var sealed = Arrays.copyOf(mac(epoch, payload, 0), LENGTH + payload.length);
    System.arraycopy(payload, 0, sealed, LENGTH, payload.length);
    return sealed;
  }

  /**
   * Returns the payload.
   *
   * @throws IllegalArgumentException if it was not sealed with this key, or for another epoch
   */
  byte[] open(String epoch, byte[] sealed) {
    if (sealed.length < LENGTH) {
      throw new IllegalArgumentException("too short");
    }
    var expected = Arrays.copyOf(mac(epoch, sealed, LENGTH), LENGTH);
    if (!MessageDigest.isEqual(expected, Arrays.copyOf(sealed, LENGTH))) {
      throw new IllegalArgumentException("it is not of a node of this database and epoch");
    }
    return Arrays.copyOfRange(sealed, LENGTH, sealed.length);
  }

  private byte[] mac(String epoch, byte[] bytes, int from) {
    try {
      var mac = (Mac) keyed.clone();
      mac.update(epoch.getBytes(US_ASCII));
      mac.update(bytes, from, bytes.length - from);
      return mac.doFinal();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("Java's own " + ALGORITHM + " can be cloned", e);
    }
  }
}
