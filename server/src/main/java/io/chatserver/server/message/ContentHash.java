package io.chatserver.server.message;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.chatserver.server.storage.Sha256;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The hash of what was sent under a client id, by which a repeat is told from another text: the
 * first 128 bits of SHA-256 over kind, target and body. The body itself may change later.
 */
record ContentHash(long high, long low) {
  /** The hash of a text. */
  static ContentHash ofText(String body) {
    var text = body.getBytes(UTF_8);
    return read(
        Sha256.of(
            ByteBuffer.allocate(1 + text.length).put((byte) MessageStore.TEXT).put(text).array()));
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
