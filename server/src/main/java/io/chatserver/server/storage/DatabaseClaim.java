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
 * The claim of this process on its embedded database, by a lock on a file beside it. Two servers on
 * one file would not notify each other's clients of messages. The lock ends with the process, even
 * after a crash. A database on the network is shared and needs no claim.
 */
public final class DatabaseClaim implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DatabaseClaim.class);

  /**
   * The directory into which SQLite's driver unpacks its library. The library stays there when the
   * process is killed.
   */
  private static final String LIBRARY_DIRECTORY = "org.sqlite.tmpdir";

  private final @Nullable FileChannel locked;

  private DatabaseClaim(@Nullable FileChannel locked) {
    this.locked = locked;
  }

  /**
   * Claims the database of this URL until the claim is closed; null if another process has claimed
   * it. Must be called before the database is opened.
   *
   * @throws StorageException if the lock cannot be created
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

  /** Creates or empties a directory, which an earlier process may have left. */
  private static Path emptied(Path directory) throws IOException {
    PrivateFiles.close(PrivateFiles.directory(directory));
    try (var leftovers = Files.newDirectoryStream(directory)) {
      for (var leftover : leftovers) {
        Files.delete(leftover);
      }
    }
    return directory;
  }

  /**
   * Loads the library, and restricts its files: the driver makes them readable and executable for
   * all users.
   */
  private static void loadLibraryInto(Path directory) throws IOException {
    System.setProperty(LIBRARY_DIRECTORY, directory.toString());
    try {
      var _ = SQLiteJDBCLoader.initialize();
    } catch (Exception e) {
      log.debug("cannot load the library of SQLite", e);
      // The first connection reports the cause.
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
      // The process ends, and so does the lock.
    }
  }
}
