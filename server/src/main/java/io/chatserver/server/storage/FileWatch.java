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
 * Whether the files of an embedded database are still those that were opened. One that was removed
 * or replaced still takes what is written, and it is lost when the server ends.
 *
 * <p>It looks at the files' device and inode and opens nothing.
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

  /** Takes the files that are there for the right ones. */
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

  /** Device and inode; null where there is no file, or a system without them. */
  private static @Nullable Object key(Path path) {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    } catch (IOException _) {
      return null;
    }
  }

  /** Looks again. */
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
   * Lets only those pass who can store something.
   *
   * @throws StorageException if a file was removed or replaced
   */
  void pass(String purpose) {
    var path = missing;
    if (path != null) {
      throw StorageException.inVain(purpose, path + " was removed or replaced");
    }
  }

  /** Whether all files are there. */
  boolean isWhole() {
    return missing == null;
  }
}
