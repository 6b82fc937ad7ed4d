package io.chatserver.server.storage;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteOpenMode;

/**
 * Watches the file of an embedded database while it is open: whether it still exists, and whether
 * its disk has free space.
 *
 * <p>Threads: any; created, started and closed by one.
 */
final class FileGuard implements AutoCloseable {
  private static final Duration FILE_INTERVAL = Duration.ofMillis(500);
  private static final Duration DISK_INTERVAL = Duration.ofMinutes(1);

  private final DatabaseFile file;
  private final FileWatch watch;
  private final DiskWatch disk;
  private final ScheduledExecutorService watcher =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("file-watch").factory());

  /**
   * Open as long as the guard. When the last connection closes, SQLite deletes the files beside the
   * database, and new ones would look like a replacement.
   */
  private @Nullable Connection held;

  /**
   * Creates the file if it is missing, and records its identity.
   *
   * @param diskWarning the used percentage of the disk from which a warning is logged
   * @throws StorageException if the file cannot be used
   */
  FileGuard(DatabaseFile file, int diskWarning) {
    this.file = file;
    this.watch = new FileWatch(file);
    this.disk = new DiskWatch(file.directory(), diskWarning);
    file.prepare();
    watch.learn();
  }

  /**
   * Creates a data source that opens only the guarded file, never a new one that SQLite would
   * create in its place.
   */
  SQLiteDataSource source(Properties properties) {
    var config = new SQLiteConfig(properties);
    config.resetOpenMode(SQLiteOpenMode.CREATE);
    var source = new Guarded(config);
    source.setUrl(file.realUrl());
    return source;
  }

  /** Starts watching. */
  void start() {
    try {
      held = source(new Properties()).getConnection();
      try (var statement = held.prepareStatement("SELECT COUNT(*) FROM sqlite_master");
          var rows = statement.executeQuery()) {
        rows.next();
      }
    } catch (SQLException e) {
      throw new StorageException("cannot open the database's file", e);
    }
    file.close();
    watch.learn();
    every(FILE_INTERVAL, watch::check);
    disk.check();
    every(DISK_INTERVAL, disk::check);
  }

  private void every(Duration interval, Runnable task) {
    var _ =
        watcher.scheduleWithFixedDelay(
            task, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  FileWatch watch() {
    return watch;
  }

  DiskWatch disk() {
    return disk;
  }

  @Override
  public void close() {
    watcher.shutdownNow();
    try {
      if (held != null) {
        held.close();
      }
    } catch (SQLException _) {
      // The process ends and closes its files.
    }
  }

  /** Checks the file before and after opening it, so that the opened file is the guarded one. */
  private final class Guarded extends SQLiteDataSource {
    Guarded(SQLiteConfig config) {
      super(config);
    }

    @Override
    public SQLiteConnection getConnection(@Nullable String user, @Nullable String password)
        throws SQLException {
      pass();
      var connection = new SqliteConnection(getUrl(), getConfig().toProperties());
      try {
        pass();
        return connection;
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
    }

    private void pass() throws SQLException {
      watch.check();
      if (!watch.isWhole()) {
        throw new SQLException("the database's file was removed or replaced");
      }
    }
  }
}
