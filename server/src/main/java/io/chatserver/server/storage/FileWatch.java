package io.chatserver.server.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks whether the files of an embedded database are still those that were opened. Writes to a
 * removed or replaced file still succeed, but are lost when the server ends.
 *
 * <p>It compares device and inode of the files, and opens none.
 *
 * <p>Threads: any.
 */
final class FileWatch {
  private static final Logger log = LoggerFactory.getLogger(FileWatch.class);

  private final DatabaseFile file;
  private volatile Map<Path, Object> known = Map.of();
  private volatile @Nullable Path missing;

  FileWatch(DatabaseFile file) {
    this.file = file;
  }

  /** Records the existing files as the right ones. */
  void learn() {
    var found = new TreeMap<Path, Object>();
    for (var path : file.files()) {
      var key = key(path);
      if (key != null) {
        found.put(path, key);
      }
    }
    known = found;
  }

  /** Device and inode; null if there is no file, or the system has none. */
  private static @Nullable Object key(Path path) {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    } catch (IOException _) {
      return null;
    }
  }

  /** Compares the files again. */
  synchronized void check() {
    Path changed = null;
    for (var each : known.entrySet()) {
      if (changed == null && !Objects.equals(key(each.getKey()), each.getValue())) {
        changed = each.getKey();
      }
    }
    if (changed != null && missing == null) {
      log.error("{} was removed or replaced: nothing is stored until it is back", changed);
    } else if (changed == null && missing != null) {
      log.info("{} is back", missing);
    }
    missing = changed;
  }

  /**
   * Refuses work while a file is missing.
   *
   * @throws StorageException if a file was removed or replaced
   */
  void pass(String purpose) {
    var path = missing;
    if (path != null) {
      throw StorageException.inVain(purpose, path + " was removed or replaced");
    }
  }

  /** Whether all files are unchanged. */
  boolean isWhole() {
    return missing == null;
  }
}
