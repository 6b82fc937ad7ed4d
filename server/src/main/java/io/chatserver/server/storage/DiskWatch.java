package io.chatserver.server.storage;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns when the disk of an embedded database fills up: once, until there is free space again.
 *
 * <p>Threads: {@link #check} one at a time.
 */
final class DiskWatch {
  private static final Logger log = LoggerFactory.getLogger(DiskWatch.class);

  /**
   * How far the use must drop below the limit before the next warning, so that warnings are rare.
   */
  private static final int SLACK_PERCENT = 2;

  private final Path directory;
  private final int warnPercent;
  private boolean warned;

  /**
   * The size of a disk, and its free space.
   *
   * @param total all bytes
   * @param free the bytes that this process can still use
   */
  record Space(long total, long free) {
    static Space of(Path directory) throws IOException {
      FileStore store = Files.getFileStore(directory);
      return new Space(store.getTotalSpace(), store.getUsableSpace());
    }

    int usedPercent() {
      return total <= 0 ? 0 : (int) (100 - 100.0 * free / total);
    }
  }

  DiskWatch(Path directory, int warnPercent) {
    this.directory = directory;
    this.warnPercent = warnPercent;
  }

  /** Checks the disk. */
  void check() {
    try {
      check(Space.of(directory));
    } catch (IOException e) {
      log.debug("cannot look at the disk of {}", directory, e);
    }
  }

  void check(Space space) {
    int used = space.usedPercent();
    if (used >= warnPercent && !warned) {
      warned = true;
      log.warn("the disk of {} is {} % full: {} MiB are left", directory, used, space.free >> 20);
    } else if (used < warnPercent - SLACK_PERCENT) {
      warned = false;
    }
  }

  /** The free bytes; NaN if unknown. */
  double freeBytes() {
    try {
      return Space.of(directory).free;
    } catch (IOException _) {
      return Double.NaN;
    }
  }
}
