package io.chatserver.server.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteConnectionTest {
  private static final String INSERT = "INSERT INTO pet (name, age) VALUES (?, ?)";
  private static final String SELECT = "SELECT name FROM pet WHERE age = ? ORDER BY id";

  @TempDir private Path directory;

  private SqliteConnection connection;

  @BeforeEach
  void open() throws SQLException {
    connection = connect();
    execute("PRAGMA journal_mode = WAL");
    execute("CREATE TABLE pet (id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER UNIQUE)");
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
  }

  private SqliteConnection connect() throws SQLException {
    return new SqliteConnection("jdbc:sqlite:" + directory.resolve("pets.db"), new Properties());
  }

  private void execute(String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void insert(String name, int age) throws SQLException {
    try (var statement = connection.prepareStatement(INSERT)) {
      statement.setString(1, name);
      statement.setInt(2, age);
      assertEquals(1, statement.executeUpdate());
    }
  }

  @Test
  void aClosedStatementIsUsedAgain() throws SQLException {
    PreparedStatement first;
    try (var statement = connection.prepareStatement(SELECT)) {
      first = statement;
    }
    try (var again = connection.prepareStatement(SELECT);
        var atTheSameTime = connection.prepareStatement(SELECT)) {
      assertSame(first, again);
      assertNotSame(first, atTheSameTime);
    }
  }

  @Test
  void nothingIsLeftOfTheUseBefore() throws SQLException {
    insert("Rex", 3);
    try (var statement = connection.prepareStatement(SELECT)) {
      statement.setInt(1, 3);
      try (var rows = statement.executeQuery()) {
        assertTrue(rows.next());
      }
    }
    try (var statement = connection.prepareStatement(SELECT);
        var rows = statement.executeQuery()) {
      assertFalse(rows.next(), "the parameter was still 3");
    }
  }

  @Test
  void aFailedStatementCanBeUsedAgain() throws SQLException {
    insert("Rex", 3);
    assertThrows(SQLException.class, () -> insert("Tom", 3));
    insert("Tom", 4);
    try (var statement = connection.prepareStatement(SELECT)) {
      statement.setInt(1, 4);
      try (var rows = statement.executeQuery()) {
        assertTrue(rows.next());
        assertEquals("Tom", rows.getString(1));
      }
    }
  }

  /** The driver closes such a statement itself: it must not be used again. */
  @Test
  void aStatementThatFailsInTheMiddleIsCompiledAgain() throws SQLException {
    for (int i = 0; i < 2; i++) {
      try (var statement = connection.prepareStatement("SELECT abs(?)")) {
        statement.setLong(1, Long.MIN_VALUE);
        var failure = assertThrows(SQLException.class, statement::executeQuery);
        assertTrue(String.valueOf(failure.getMessage()).contains("integer overflow"));
      }
    }
  }

  @Test
  void keysAreReadByThoseWhoAsk() throws SQLException {
    insert("Rex", 3);
    try (var statement = connection.prepareStatement(INSERT, Statement.RETURN_GENERATED_KEYS)) {
      statement.setString(1, "Tom");
      statement.setInt(2, 4);
      statement.executeUpdate();
      try (var keys = statement.getGeneratedKeys()) {
        assertTrue(keys.next());
        assertEquals(2, keys.getInt(1));
      }
    }
  }

  @Test
  void aClosedStatementHoldsUpNoCheckpoint() throws SQLException {
    insert("Rex", 3);
    try (var other = connect()) {
      readOneRow(other);
      insert("Tom", 4);
      try (var checkpoint = connection.createStatement();
          var result = checkpoint.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)")) {
        assertTrue(result.next());
        assertEquals(0, result.getInt("busy"));
      }
    }
  }

  /** Leaves the rows open: the statement is closed in the middle of them. */
  private static void readOneRow(SqliteConnection connection) throws SQLException {
    try (var statement = connection.prepareStatement("SELECT name FROM pet")) {
      assertTrue(statement.executeQuery().next());
    }
  }

  @Test
  void atMost128StatementsAreCached() throws SQLException {
    var first = connection.prepareStatement("SELECT 0");
    first.close();
    for (int i = 1; i <= 128; i++) {
      connection.prepareStatement("SELECT " + i).close();
    }
    assertTrue(first.isClosed());
    try (var statement = connection.prepareStatement("SELECT 0")) {
      assertNotSame(first, statement);
    }
  }

  @Test
  void aChangedSchemaIsNoticed() throws SQLException {
    insert("Rex", 3);
    try (var statement = connection.prepareStatement("SELECT * FROM pet");
        var rows = statement.executeQuery()) {
      assertTrue(rows.next());
    }
    execute("ALTER TABLE pet ADD COLUMN kind TEXT NOT NULL DEFAULT 'dog'");
    try (var statement = connection.prepareStatement("SELECT * FROM pet");
        var rows = statement.executeQuery()) {
      assertTrue(rows.next());
      assertEquals("dog", rows.getString("kind"));
    }
  }
}
