package io.chatserver.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.chatserver.server.config.ServerConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What bringing a schema up to date has to do on every database. */
abstract class MigrationsContract {
  private static final int NEXT = Migrations.CURRENT + 1;

  static final Map<String, String> CHECK_ONLY = Map.of("storage.migrate", "false");

  private final TestDatabase testDatabase;

  @TempDir private Path files;

  MigrationsContract(TestDatabase testDatabase) {
    this.testDatabase = testDatabase;
  }

  @Test
  void makesTheSchemaWhereThereIsNone() {
    var config = testDatabase.empty(Map.of());

    Database.open(config).close();

    assertThat(number(config, "SELECT COUNT(*) FROM account")).isZero();
    assertThat(number(config, "SELECT MAX(version) FROM schema_version"))
        .isEqualTo(Migrations.CURRENT);
  }

  @Test
  void leavesASchemaAloneThatIsThere() {
    testDatabase.newUser("ann");

    testDatabase.open(Map.of()).close();
    testDatabase.open(CHECK_ONLY).close();

    assertThat(testDatabase.number("SELECT COUNT(*) FROM account WHERE name = 'ann'")).isEqualTo(1);
  }

  /** As it looks to one of two servers that start at once, when the other has just gone on. */
  @Test
  void doesNothingOnceMoreThatAnotherServerHasJustDone() {
    var config = testDatabase.empty(Map.of());
    Database.open(config).close();
    execute(config, "DELETE FROM schema_version WHERE version = " + Migrations.CURRENT);

    Database.open(config).close();

    assertThat(number(config, "SELECT COUNT(*) FROM flyway_schema_history"))
        .isEqualTo(Migrations.CURRENT);
  }

  @Test
  void refusesAnEmptyDatabaseThatItMayNotChange() {
    var config = testDatabase.empty(CHECK_ONLY);

    assertThatThrownBy(() -> Database.open(config).close())
        .isInstanceOf(StorageException.class)
        .hasMessage(
            "wrong schema: the schema is version 0, this server needs %d: apply the files of sql/%s or set storage.migrate",
            Migrations.CURRENT, testDatabase.database().dialect().migrations());

    assertThatThrownBy(() -> number(config, "SELECT COUNT(*) FROM account"))
        .hasCauseInstanceOf(SQLException.class);
  }

  @Test
  void refusesASchemaOfANewerServer() {
    var config = testDatabase.empty(Map.of());
    Database.open(config).close();
    execute(config, "INSERT INTO schema_version VALUES (%d)".formatted(Migrations.CURRENT + 1));

    assertThatThrownBy(() -> Database.open(config).close())
        .isInstanceOf(StorageException.class)
        .hasMessage(
            "wrong schema: the schema is version %d, this server needs %d: a newer server has been here",
            Migrations.CURRENT + 1, Migrations.CURRENT);
  }

  @Test
  void appliesALaterFileToASchemaOfItsOwn() {
    var config = testDatabase.empty(Map.of());
    Database.open(config).close();

    bringUpToDate(config, NEXT);

    assertThat(number(config, "SELECT COUNT(*) FROM later_" + NEXT)).isZero();
    assertThat(number(config, "SELECT MAX(version) FROM schema_version")).isEqualTo(NEXT);
  }

  @Test
  void appliesALaterFileToASchemaThatAPersonMade() {
    var config = testDatabase.empty(Map.of());
    files().forEach(file -> applyByHand(config, file));

    bringUpToDate(config, NEXT);

    assertThat(number(config, "SELECT COUNT(*) FROM later_" + NEXT)).isZero();
    assertThat(number(config, "SELECT MAX(version) FROM schema_version")).isEqualTo(NEXT);
  }

  /** The server made the schema, a person brought it on, and the server shall do so again. */
  @Test
  void goesOnWhereAPersonWentOnFromASchemaOfItsOwn() throws IOException {
    var config = testDatabase.empty(Map.of());
    Database.open(config).close();
    applyByHand(config, later(NEXT));

    bringUpToDate(config, NEXT + 2);

    assertThat(number(config, "SELECT COUNT(*) FROM later_" + NEXT)).isZero();
    assertThat(number(config, "SELECT COUNT(*) FROM later_" + (NEXT + 2))).isZero();
    assertThat(number(config, "SELECT COUNT(*) FROM schema_version")).isEqualTo(NEXT + 2);
    bringUpToDate(config, NEXT + 3);
    assertThat(number(config, "SELECT MAX(version) FROM schema_version")).isEqualTo(NEXT + 3);
  }

  @Test
  void saysWhichFileCannotBeApplied() throws IOException {
    var config = testDatabase.empty(Map.of());
    Database.open(config).close();
    var name = "V" + NEXT + "__broken.sql";
    Files.writeString(files.resolve(name), "CREATE NONSENSE;\n");

    assertThatThrownBy(() -> migrations(config, NEXT, source -> source.bringUpToDate(true)))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("cannot bring the schema up to date")
        .hasMessageContaining(name)
        .message()
        .hasLineCount(1);
  }

  @Test
  void bringsTheFirstSchemaUpToDateWithWhatIsInIt() {
    var config = testDatabase.empty(Map.of());
    applyByHand(config, files().getFirst());
    execute(config, "INSERT INTO message VALUES (1, 1, 1, 7, 0, 'one')");
    execute(config, "INSERT INTO message VALUES (1, 2, 1, 7, 0, 'two')");
    execute(
        config, "INSERT INTO account (name, password_hash, created_at) VALUES ('ann', 'hash', 0)");

    Database.open(config).close();

    assertThat(number(config, "SELECT COUNT(*) FROM log_entry WHERE client_id IS NULL"))
        .isEqualTo(2);
    var enabled = "SELECT COUNT(*) FROM account WHERE disabled = 0 AND admin = 0 AND revision = 0";
    assertThat(number(config, enabled)).isEqualTo(1);
    assertThat(number(config, "SELECT revision FROM account_revision")).isZero();
    assertThat(number(config, "SELECT MAX(version) FROM schema_version"))
        .isEqualTo(Migrations.CURRENT);
  }

  /** The files that this version brings, in the repository, in their order. */
  List<Path> files() {
    var directory = Path.of("../sql", testDatabase.database().dialect().migrations());
    try (var all = Files.list(directory)) {
      return all.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Applies a file as a person would. */
  abstract void applyByHand(ServerConfig.Storage config, Path file);

  /** A file as a later version may bring it. */
  private Path later(int version) throws IOException {
    return Files.writeString(
        files.resolve("V" + version + "__later.sql"),
        """
        CREATE TABLE later_%1$d (id INT NOT NULL PRIMARY KEY);
        INSERT INTO schema_version (version) VALUES (%1$d);
        """
            .formatted(version));
  }

  private void bringUpToDate(ServerConfig.Storage config, int version) {
    try {
      for (int i = NEXT; i <= version; i++) {
        later(i);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    migrations(config, version, source -> source.bringUpToDate(true));
    migrations(config, version, source -> source.bringUpToDate(false));
  }

  private void migrations(
      ServerConfig.Storage config, int version, java.util.function.Consumer<Migrations> use) {
    var dialect = testDatabase.database().dialect();
    var locations = List.of("classpath:sql/" + dialect.migrations(), "filesystem:" + files);
    try (var dataSource = dataSource(config)) {
      use.accept(new Migrations(dataSource, dialect, locations, version));
    }
  }

  static HikariDataSource dataSource(ServerConfig.Storage config) {
    var dataSource = new HikariDataSource();
    dataSource.setJdbcUrl(config.url());
    dataSource.setUsername(config.user());
    dataSource.setPassword(config.password().value());
    dataSource.setMaximumPoolSize(2);
    return dataSource;
  }

  static long number(ServerConfig.Storage config, String sql) {
    try (var dataSource = dataSource(config);
        var connection = dataSource.getConnection();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new StorageException("test", e);
    }
  }

  static void execute(ServerConfig.Storage config, String sql) {
    try (var dataSource = dataSource(config);
        var connection = dataSource.getConnection();
        var statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    } catch (SQLException e) {
      throw new StorageException("test", e);
    }
  }
}
