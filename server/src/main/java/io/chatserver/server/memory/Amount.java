package io.chatserver.server.memory;

/**
 * An amount of memory, in bytes.
 *
 * @param heap of the JVM's heap
 * @param direct of the buffers outside of it
 */
public record Amount(long heap, long direct) {
  static final Amount NONE = new Amount(0, 0);

  /** Only of the heap. */
  public static Amount heap(long bytes) {
    return new Amount(bytes, 0);
  }

  /** Only of buffers. */
  public static Amount direct(long bytes) {
    return new Amount(0, bytes);
  }

  boolean isNone() {
    return heap == 0 && direct == 0;
  }
}
