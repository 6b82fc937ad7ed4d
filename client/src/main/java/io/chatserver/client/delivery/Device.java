package io.chatserver.client.delivery;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The directory of one running client: another one of the same user takes the next. A lock holds
 * it, which ends with the process however that ends.
 *
 * <p>Threads: any.
 */
final class Device implements AutoCloseable {
  private static final int MAX_DEVICES = 16;

  private final Path path;
  private final FileChannel lock;

  private Device(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * Takes the first directory that is free.
   *
   * @throws IOException if none is
   */
  static Device lock(Path user) throws IOException {
    for (int number = 1; number <= MAX_DEVICES; number++) {
      var path = user.resolve("device-" + number);
      UserDirectory.createPrivate(path);
      var channel =
          FileChannel.open(
              path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (isLocked(channel)) {
        return new Device(path, channel);
      }
      channel.close();
    }
    throw new IOException(MAX_DEVICES + " clients of this user are running");
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException _) {
      // By another session of this process.
      return false;
    }
  }

  Path outbox() {
    return path.resolve("outbox");
  }

  Path cursors() {
    return path.resolve("cursors");
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
