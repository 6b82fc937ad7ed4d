package io.chatserver.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.chatserver.server.config.TestConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The embedded database's file: who may read it, by which names, and whether it is still there. */
class DatabaseFileTest {
  @TempDir private Path directory;

  private Path file() {
    return directory.resolve("chat.db");
  }

  private static Database open(Path file) {
    return Database.open(TestConfig.with(Map.of("storage.url", "jdbc:sqlite:" + file)).storage());
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static void openToAll(Path path) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
  }

  @Test
  void isItsOwnersAloneWithWhatIsBesideIt() throws IOException {
    try (var _ = open(file())) {
      for (var ending : new String[] {"", "-wal", "-shm"}) {
        openToAll(directory.resolve("chat.db" + ending));
      }
      try (var _ = open(file())) {
        for (var ending : new String[] {"", "-wal", "-shm"}) {
          assertThat(permissions(directory.resolve("chat.db" + ending))).isEqualTo("rw-------");
        }
      }
    }
    Files.delete(file());
    try (var _ = open(file())) {
      assertThat(permissions(file())).isEqualTo("rw-------");
      assertThat(permissions(directory.resolve("chat.db-wal"))).isEqualTo("rw-------");
      assertThat(permissions(directory.resolve("chat.db-shm"))).isEqualTo("rw-------");
    }
  }

  @Test
  void closesADirectoryButNotOneThatAllUsersShare() throws IOException {
    var own = Files.createDirectory(directory.resolve("own"));
    Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwxr-xr-x"));
    var shared = Files.createDirectory(directory.resolve("shared"));
    Files.setAttribute(shared, "unix:mode", 01777);

    try (var log = new RecordedLog(PrivateFiles.class)) {
      PrivateFiles.close(own);
      PrivateFiles.close(shared);
      PrivateFiles.directory(directory.resolve("new/one"));
      assertThat(log.warnings())
          .containsExactly(
              shared + " is for all users (rwxrwxrwx): others see which files are there");
    }

    assertThat(permissions(own)).isEqualTo("rwx------");
    assertThat(permissions(shared)).isEqualTo("rwxrwxrwx");
    assertThat(permissions(directory.resolve("new"))).isEqualTo("rwx------");
    assertThat(permissions(directory.resolve("new/one"))).isEqualTo("rwx------");
  }

  @Test
  void liesWhereLinksLead() throws IOException {
    var real = Files.createDirectory(directory.resolve("real"));
    var linked = Files.createSymbolicLink(directory.resolve("linked"), real);
    var link = Files.createSymbolicLink(directory.resolve("chat.db"), Path.of("linked/real.db"));
    var expected = real.toRealPath().resolve("real.db");

    assertThat(DatabaseFile.of("jdbc:sqlite:" + link).orElseThrow().real()).isEqualTo(expected);
    try (var _ = open(link)) {
      assertThat(expected).isNotEmptyFile();
    }
    var file = DatabaseFile.of("jdbc:sqlite:" + linked + "/real.db?cache=private").orElseThrow();
    assertThat(file.real()).isEqualTo(expected);
    assertThat(file.realUrl()).isEqualTo("jdbc:sqlite:" + expected + "?cache=private");
    assertThat(file.beside(".lock")).isEqualTo(real.toRealPath().resolve("real.db.lock"));

    var circle = Files.createSymbolicLink(directory.resolve("circle"), Path.of("circle"));
    assertThatThrownBy(() -> DatabaseFile.of("jdbc:sqlite:" + circle))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("is a link to itself");
    assertThat(DatabaseFile.of("jdbc:sqlite::memory:")).isEmpty();
    assertThat(DatabaseFile.of("jdbc:mysql://localhost/chat")).isEmpty();
    assertThat(DatabaseFile.of("jdbc:sqlite:/no/such/directory/chat.db")).isEmpty();
  }

  @Test
  void isRefusedUnderTwoNames() throws IOException {
    open(file()).close();
    var second = Files.createLink(directory.resolve("second.db"), file());

    assertThatThrownBy(() -> open(file()))
        .isInstanceOf(StorageException.class)
        .hasMessage(
            "the database's file has 2 names (hard links):"
                + " leave it one, for its journal goes by its name");

    Files.delete(second);
    open(file()).close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-wal", "-shm"})
  void nothingIsStoredWhileItIsGone(String ending) throws IOException {
    var path = directory.resolve("chat.db" + ending);
    var aside = directory.resolve("aside");
    var realDirectory = directory.toRealPath();
    try (var database = open(file())) {
      assertThat(write(database, 1)).isEqualTo(1);
      Files.move(path, aside);
      await().until(() -> !database.isUp());

      assertThatThrownBy(() -> write(database, 2))
          .isInstanceOf(StorageException.class)
          .hasMessage(
              "write: " + realDirectory + "/" + path.getFileName() + " was removed or replaced");
      assertThatThrownBy(() ->
              database.writeMessages("store", connection -> DatabaseContract.insert(connection, 3)))
          .isInstanceOf(StorageException.class);
      assertThat(count(database)).isEqualTo(1);
      assertThat(path).doesNotExist();

      Files.writeString(path, "another");
      assertThatThrownBy(() -> write(database, 4)).isInstanceOf(StorageException.class);
      Files.move(aside, path, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      await().until(database::isUp);
      assertThat(write(database, 5)).isEqualTo(1);
    }
    try (var database = open(file())) {
      assertThat(count(database)).isEqualTo(2);
    }
  }

  private static int write(Database database, int friend) {
    return database.write("write", connection -> DatabaseContract.insert(connection, friend));
  }

  private static int count(Database database) {
    return database.read(
        "read",
        connection -> {
          try (var statement = connection.prepareStatement("SELECT COUNT(*) FROM friend");
              var rows = statement.executeQuery()) {
            rows.next();
            return rows.getInt(1);
          }
        });
  }

  @Test
  void saysOnceThatItsDiskFillsUp() {
    var disk = new DiskWatch(directory, 80);
    try (var log = new RecordedLog(DiskWatch.class)) {
      disk.check(new DiskWatch.Space(1000L << 20, 201L << 20));
      assertThat(log.warnings()).isEmpty();
      disk.check(new DiskWatch.Space(1000L << 20, 200L << 20));
      disk.check(new DiskWatch.Space(1000L << 20, 100L << 20));
      disk.check(new DiskWatch.Space(1000L << 20, 215L << 20));
      disk.check(new DiskWatch.Space(1000L << 20, 200L << 20));
      assertThat(log.warnings())
          .containsExactly("the disk of " + directory + " is 80 % full: 200 MiB are left");

      disk.check(new DiskWatch.Space(1000L << 20, 300L << 20));
      disk.check(new DiskWatch.Space(1000L << 20, 150L << 20));
      assertThat(log.warnings()).hasSize(2);
    }
    assertThat(disk.freeBytes()).isPositive();
  }
}
