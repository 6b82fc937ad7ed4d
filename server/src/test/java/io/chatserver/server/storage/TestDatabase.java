package io.chatserver.server.storage;

import static java.util.Objects.requireNonNull;
import static org.awaitility.Awaitility.await;

import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.UserId;
import io.chatserver.server.config.ServerConfig;
import io.chatserver.server.config.TestConfig;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A database of a test class's own, with the schema in it. What is the same for both kinds is
 * tested by one abstract class, of which each kind has a subclass.
 */
public final class TestDatabase implements BeforeAllCallback, AfterAllCallback {
  private static final AtomicInteger LAST_GROUP = new AtomicInteger(1_000_000);

  /** Longer than a pool takes a connection to be alive that was used a moment ago. */
  private static final Duration POOL_TRUST = Duration.ofMillis(600);

  private final DatabaseKind kind;
  private @Nullable Map<String, String> settings;
  private @Nullable Database database;

  TestDatabase(DatabaseKind kind) {
    this.kind = kind;
  }

  /** One in a file: for unit tests. */
  public static TestDatabase sqlite() {
    return new TestDatabase(new SqliteFiles());
  }

  /** One on the MariaDB that all integration tests share. */
  public static TestDatabase mariaDb() {
    return new TestDatabase(new SharedMariaDb());
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    kind.start(context);
    settings = kind.createDatabase();
    database = open(Map.of());
  }

  @Override
  public void afterAll(ExtensionContext context) {
    database().close();
    kind.stop();
  }

  /** The database, open. */
  public Database database() {
    return requireNonNull(database, "not started");
  }

  /** The same database opened again, with other settings. */
  public Database open(Map<String, String> overrides) {
    return Database.open(config(overrides));
  }

  /** How to open it. */
  public ServerConfig.Storage config(Map<String, String> overrides) {
    return config(requireNonNull(settings, "not started"), overrides);
  }

  /** How to open a database that has nothing in it. */
  ServerConfig.Storage empty(Map<String, String> overrides) {
    return config(kind.createDatabase(), overrides);
  }

  private static ServerConfig.Storage config(
      Map<String, String> settings, Map<String, String> overrides) {
    var all = new HashMap<>(settings);
    all.putAll(overrides);
    return TestConfig.with(all).storage();
  }

  /** Nothing can be written until the result is closed. */
  public Outage outage() {
    var outage = kind.breakDown(config(Map.of()));
    return () -> {
      outage.close();
      await().pollDelay(POOL_TRUST).until(() -> number("SELECT 1") == 1);
    };
  }

  /** A time in which nothing can be written. */
  public interface Outage extends AutoCloseable {
    @Override
    void close();
  }

  /** Settings with which a database that is down is noticed quickly. */
  public static Map<String, String> impatient() {
    return Map.of("storage.connect_timeout", "500ms", "storage.statement_timeout", "300ms");
  }

  /** The id of a new account. */
  public UserId newUser(String name) {
    return database()
        .write(
            "store a user of a test",
            connection -> {
              try (var statement =
                  connection.prepareStatement(
                      "INSERT INTO account (name, password_hash, created_at) VALUES (?, '', 0)",
                      Statement.RETURN_GENERATED_KEYS)) {
                statement.setString(1, name);
                statement.executeUpdate();
                try (var keys = statement.getGeneratedKeys()) {
                  keys.next();
                  return new UserId(keys.getInt(1));
                }
              }
            });
  }

  /** The conversation of a group of which nothing else is stored. */
  public ConversationId newGroupConversation() {
    return ConversationId.group(new GroupId(LAST_GROUP.incrementAndGet()));
  }

  /** The one number that a query gives. */
  public long number(String sql) {
    return database()
        .read(
            "read for a test",
            connection -> {
              try (var statement = connection.createStatement();
                  var rows = statement.executeQuery(sql)) {
                rows.next();
                return rows.getLong(1);
              }
            });
  }

  /** Runs a statement. */
  public void execute(String sql) {
    var _ =
        database()
            .write(
                "write for a test",
                connection -> {
                  try (var statement = connection.createStatement()) {
                    return statement.execute(sql);
                  }
                });
  }
}
