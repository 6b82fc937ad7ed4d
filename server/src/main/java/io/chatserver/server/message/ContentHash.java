package io.chatserver.server.message;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * The hash of what was sent under a client id, by which a repeat is told from another text: the
 * first 128 bits of SHA-256 over kind, target and body. The body itself may change later.
 */
record ContentHash(long high, long low) {
  /** Computing it by clone is cheaper than looking up the algorithm again. */
  private static final MessageDigest SHA_256 = sha256();

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The hash of a text. */
  static ContentHash ofText(String body) {
    var digest = newDigest();
    digest.update((byte) MessageStore.TEXT);
    digest.update(body.getBytes(UTF_8));
    return read(digest.digest());
  }

  private static MessageDigest newDigest() {
    try {
      return (MessageDigest) SHA_256.clone();
    } catch (CloneNotSupportedException _) {
      return sha256();
    }
  }

  /** Reads a stored hash; null for a row that has none. */
  static @Nullable ContentHash readOrNull(byte @Nullable [] stored) {
    return stored == null ? null : read(stored);
  }

  private static ContentHash read(byte[] bytes) {
    var buffer = ByteBuffer.wrap(bytes);
    return new ContentHash(buffer.getLong(), buffer.getLong());
  }

  /** The 16 bytes that are stored. */
  byte[] bytes() {
    return ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low).array();
  }
}
