package io.chatserver.client.delivery;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The directory of one running client: another one of the same user takes the next. A lock holds
 * it, which ends with the process however that ends.
 *
 * <p>Threads: any.
 */
final class Device implements AutoCloseable {
  private static final String PREFIX = "device-";
  private static final int MAX_DEVICES = 16;

  /**
   * The directories that this process has locked, or is locking. The system drops a process's lock
   * of a file when the process closes any channel of it, so these files must not even be opened.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final Path held;
  private final FileChannel lock;

  private Device(Path path, Path held, FileChannel lock) {
    this.path = path;
    this.held = held;
    this.lock = lock;
  }

  /**
   * Takes the first directory that is free.
   *
   * @throws IOException if none is
   */
  static Device lock(Path user) throws IOException {
    for (int number = 1; number <= MAX_DEVICES; number++) {
      var path = user.resolve(PREFIX + number);
      PrivateFiles.directory(path);
      var free = lockOne(path);
      if (free != null) {
        return free;
      }
    }
    throw new IOException(MAX_DEVICES + " clients of this user are running");
  }

  private static @Nullable Device lockOne(Path path) throws IOException {
    var held = path.toRealPath();
    if (!HELD.add(held)) {
      return null;
    }
    try {
      var file = path.resolve("lock");
      var channel = PrivateFiles.open(file, StandardOpenOption.WRITE);
      if (channel.tryLock() != null) {
        return new Device(path, held, channel);
      }
      channel.close();
    } catch (IOException e) {
      HELD.remove(held);
      throw e;
    }
    HELD.remove(held);
    return null;
  }

  /** Takes the other directories that are free, from clients that do not run any more. */
  List<Device> abandoned() throws IOException {
    var abandoned = new ArrayList<Device>();
    for (int number = 1; number <= MAX_DEVICES; number++) {
      var other = path.resolveSibling(PREFIX + number);
      var free = Files.isDirectory(other) && !other.equals(path) ? lockOne(other) : null;
      if (free != null) {
        abandoned.add(free);
      }
    }
    return abandoned;
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
    HELD.remove(held);
  }
}
