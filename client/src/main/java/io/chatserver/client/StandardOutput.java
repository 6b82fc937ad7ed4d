package io.chatserver.client;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;

/**
 * Standard output that ends the process where it cannot be written to, be it that nobody reads it
 * any more or that the disk is full: what was not shown must not count as read.
 *
 * <p>Threads: any.
 */
final class StandardOutput extends FileOutputStream {
  private final int exitCode;

  StandardOutput(int exitCode) {
    super(FileDescriptor.out);
    this.exitCode = exitCode;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    try {
      super.write(bytes, offset, length);
    } catch (IOException e) {
      System.err.println("client: cannot write to standard output: " + e.getMessage());
      // At once, as a kill would: that is what everything on disk is there for.
      Runtime.getRuntime().halt(exitCode);
    }
  }
}
