package io.chatserver.server.memory;

/**
 * An amount of memory, in bytes.
 *
 * @param heap bytes of the JVM's heap
 * @param direct bytes of buffers outside the heap
 */
public record Amount(long heap, long direct) {
  static final Amount NONE = new Amount(0, 0);

  /** An amount of heap only. */
  public static Amount heap(long bytes) {
    return new Amount(bytes, 0);
  }

  /** An amount of buffers only. */
  public static Amount direct(long bytes) {
    return new Amount(0, bytes);
  }

  boolean isNone() {
    return heap == 0 && direct == 0;
  }
}
