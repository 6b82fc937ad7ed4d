package io.chatserver.server.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The embedded database as this process's own, by a lock on a file beside it: of what one server
 * stores another would tell its clients nothing. The lock ends with the process, however that ends.
 * A database behind a network is shared, and claimed by nobody.
 */
public final class DatabaseClaim implements AutoCloseable {
  private static final String SQLITE = "jdbc:sqlite:";

  /** Where SQLite's driver unpacks its library; it leaves it there when the process is killed. */
  private static final String LIBRARY_DIRECTORY = "org.sqlite.tmpdir";

  private final @Nullable FileChannel locked;

  private DatabaseClaim(@Nullable FileChannel locked) {
    this.locked = locked;
  }

  /**
   * Claims the database of this URL, until it is closed; null if another process has done so. To be
   * called before anything of the database is.
   *
   * @throws StorageException if there cannot be a lock
   */
  public static @Nullable DatabaseClaim take(String url) {
    var file = file(url);
    // A directory that is missing is something that the driver says better.
    if (file.isEmpty() || !Files.isDirectory(file.get().resolveSibling(""))) {
      return new DatabaseClaim(null);
    }
    try {
      var locked = lock(beside(file.get(), ".lock"));
      if (locked == null) {
        return null;
      }
      if (System.getProperty(LIBRARY_DIRECTORY) == null) {
        System.setProperty(LIBRARY_DIRECTORY, emptied(beside(file.get(), ".native")).toString());
      }
      return new DatabaseClaim(locked);
    } catch (IOException e) {
      throw new StorageException("cannot write beside the database", e);
    }
  }

  /** The file that a URL names; empty where it is none. */
  public static Optional<Path> file(String url) {
    if (!url.startsWith(SQLITE)) {
      return Optional.empty();
    }
    var name = url.substring(SQLITE.length()).split("\\?", 2)[0].replaceFirst("^file:", "");
    boolean inMemory = name.isEmpty() || name.startsWith(":");
    return inMemory ? Optional.empty() : Optional.of(Path.of(name).toAbsolutePath());
  }

  private static Path beside(Path file, String ending) {
    return file.resolveSibling(file.getFileName() + ending);
  }

  private static @Nullable FileChannel lock(Path file) throws IOException {
    var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (channel.tryLock() != null) {
      return channel;
    }
    channel.close();
    return null;
  }

  /** A directory without what an earlier process, which is gone, left in it. */
  private static Path emptied(Path directory) throws IOException {
    Files.createDirectories(directory);
    try (var leftovers = Files.newDirectoryStream(directory)) {
      for (var leftover : leftovers) {
        Files.delete(leftover);
      }
    }
    return directory;
  }

  @Override
  public void close() {
    try {
      if (locked != null) {
        locked.close();
      }
    } catch (IOException _) {
      // The process ends, and the lock with it.
    }
  }
}
