package io.chatserver.server.storage;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The hash under which secrets and texts are recognized in the database: SHA-256.
 *
 * <p>Threads: any.
 */
public final class Sha256 {
  /** Never updated: cloning it costs less than looking up the algorithm. */
  private static final MessageDigest EMPTY = empty();

  private Sha256() {}

  /** Returns the 32 bytes of the hash of some bytes. */
  public static byte[] of(byte[] bytes) {
    try {
      return ((MessageDigest) EMPTY.clone()).digest(bytes);
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("Java's own SHA-256 can be cloned", e);
    }
  }

  private static MessageDigest empty() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
