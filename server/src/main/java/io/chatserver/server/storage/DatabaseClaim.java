package io.chatserver.server.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteJDBCLoader;

/**
 * The embedded database as this process's own, by a lock on a file beside it: of what one server
 * stores another would tell its clients nothing. The lock ends with the process, however that ends.
 * A database behind a network is shared, and claimed by nobody.
 */
public final class DatabaseClaim implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DatabaseClaim.class);

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
    var file = DatabaseFile.of(url);
    if (file.isEmpty()) {
      return new DatabaseClaim(null);
    }
    try {
      var locked = lock(file.get().beside(".lock"));
      if (locked == null) {
        return null;
      }
      if (System.getProperty(LIBRARY_DIRECTORY) == null) {
        loadLibraryInto(emptied(file.get().beside(".native")));
      }
      return new DatabaseClaim(locked);
    } catch (IOException e) {
      throw new StorageException("cannot write beside the database", e);
    }
  }

  private static @Nullable FileChannel lock(Path file) throws IOException {
    PrivateFiles.file(file);
    PrivateFiles.close(file);
    var channel = FileChannel.open(file, StandardOpenOption.WRITE);
    if (channel.tryLock() != null) {
      return channel;
    }
    channel.close();
    return null;
  }

  /** A directory without what an earlier process, which is gone, left in it. */
  private static Path emptied(Path directory) throws IOException {
    PrivateFiles.close(PrivateFiles.directory(directory));
    try (var leftovers = Files.newDirectoryStream(directory)) {
      for (var leftover : leftovers) {
        Files.delete(leftover);
      }
    }
    return directory;
  }

  /** The driver makes its files readable for all, and what it loads executable for all. */
  private static void loadLibraryInto(Path directory) throws IOException {
    System.setProperty(LIBRARY_DIRECTORY, directory.toString());
    try {
      var _ = SQLiteJDBCLoader.initialize();
    } catch (Exception e) {
      log.debug("cannot load the library of SQLite", e);
      // The first connection says why.
      return;
    }
    try (var files = Files.newDirectoryStream(directory)) {
      for (var file : files) {
        PrivateFiles.close(file);
      }
    }
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
