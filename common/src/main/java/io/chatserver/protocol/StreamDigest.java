package io.chatserver.protocol;

/**
 * A number for all messages that were pushed to one session, single or in pages. Both sides add up
 * what they wrote and read; where their numbers differ at the same place of the stream, something
 * was lost, even if nothing came after it.
 *
 * <p>It is the sum modulo 2^64, over the messages, of {@code mix(mix(conversation) + seq)}, where
 * {@code mix} is the finalizer of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom
 * number generators", 2014). It finds faults, not forgers.
 *
 * <p>Threads: one at a time.
 */
public final class StreamDigest {
  private long sum;

  /**
   * A digest that goes on from another one.
   *
   * @throws IllegalArgumentException if the text is none
   */
  public static StreamDigest of(String text) {
    var digest = new StreamDigest();
    digest.sum = Long.parseUnsignedLong(text, 16);
    return digest;
  }

  /** A message was pushed. */
  public void add(ConversationId conversation, long seq) {
    sum += mix(mix(conversation.value()) + seq);
  }

  /** The digest as the wire has it: 16 hexadecimal digits. */
  public String text() {
    return String.format("%016x", sum);
  }

  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
