package io.chatserver.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.bench.process.MariaDb;
import io.chatserver.protocol.GroupId;
import io.chatserver.server.account.AccountAdminService;
import io.chatserver.server.account.AccountChangeStore;
import io.chatserver.server.account.AccountRules;
import io.chatserver.server.account.AccountService;
import io.chatserver.server.account.AccountStore;
import io.chatserver.server.account.PasswordHasher;
import io.chatserver.server.config.ConfigException;
import io.chatserver.server.config.ConfigLoader;
import io.chatserver.server.config.ServerConfig;
import io.chatserver.server.group.Removals;
import io.chatserver.server.storage.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** A whole server in this process, on a free port, with SQLite in a directory of its own. */
final class TestServer implements AutoCloseable {
  private final LogWatch logs = LogWatch.start();

  private final Path directory;
  private final ServerConfig config;
  private final Clock clock;
  private ServerWiring server;

  private TestServer(Clock clock, String... settings) {
    this.clock = clock;
    try {
      directory = Files.createTempDirectory("chatserver");
      config = ConfigLoader.load(null, Map.of(), overrides(directory, settings));
      server = ServerWiring.start(config, clock);
    } catch (IOException e) {
      logs.close();
      throw new UncheckedIOException(e);
    } catch (ConfigException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static Map<String, String> overrides(Path directory, String... settings) {
    var overrides = new HashMap<String, String>();
    overrides.put("data.dir", directory.toString());
    overrides.put("listen.port", "0");
    overrides.put("account.hash_memory_kib", "64");
    overrides.put("account.hash_iterations", "1");
    overrides.put("throttle.exempt", "127.0.0.0/8,::1");
    overrides.put("account.min_password_length", "1");
    overrides.put("legacy.spacing", "1ms");
    overrides.put("legacy.time_zone", "UTC");
    overrides.put("storage.slow_statement", "1h");
    overrides.put("throttle.exempt", "127.0.0.1");
    for (var setting : settings) {
      var parts = setting.split("=", 2);
      overrides.put(parts[0], parts[1]);
    }
    return overrides;
  }

  /** The settings of a node of a cluster, on the database {@code chat}. */
  static String[] nodeSettings(MariaDb database, String relayUrl, String name, String... more) {
    return Stream.concat(
            Stream.of(
                "storage.url=" + database.jdbcUrl("chat"),
                "storage.user=" + database.user(),
                "storage.password=" + database.password(),
                "relay.url=" + relayUrl,
                "node.id=" + name),
            Stream.of(more))
        .toArray(String[]::new);
  }

  /** Starts one with settings as on the command line: {@code section.key=value}. */
  static TestServer start(String... settings) {
    return new TestServer(Clock.systemUTC(), settings);
  }

  /** The same with a clock. */
  static TestServer start(Clock clock, String... settings) {
    return new TestServer(clock, settings);
  }

  int port() {
    return server.port();
  }

  int tlsPort() {
    return server.tlsPort();
  }

  /** Reads its certificate again, as when it gets SIGHUP. */
  void reloadCertificate() {
    assertThat(server.reloadCertificate()).isTrue();
  }

  /** Asks it how it is; {@code admin.port} must be set. */
  AdminClient admin() {
    return new AdminClient(config.admin().port());
  }

  /** The file of its database. */
  Path databaseFile() {
    return directory.resolve("chat.db");
  }

  /** Does what an operator's program does, by connections of its own to the database. */
  <T> T asOperator(Function<AccountAdminService, T> work) {
    try (var database = Database.open(config.storage().existing());
        var hasher = new PasswordHasher(config.account())) {
      var store = new AccountStore(database);
      var changes = new AccountChangeStore(database);
      var rules = new AccountRules(config.account());
      var accounts = new AccountService(store, changes, hasher, rules, clock);
      return work.apply(new AccountAdminService(accounts, store, changes, hasher));
    }
  }

  /** Removes a member, as no command can yet; false if the user is none. */
  boolean remove(GroupId group, TestUser user, TestUser by) {
    return server.groups().remove(by.id(), user.id(), group);
  }

  /** Removes a member as another node does whose relay is dead: this one is not told. */
  void removeUntold(GroupId group, TestUser user, TestUser by) {
    try (var database = Database.open(config.storage().existing())) {
      Removals.remove(database, group, user.id(), by.id());
    }
  }

  /** Does what {@code bin/server new-epoch} does. */
  String newEpoch() {
    try (var database = Database.open(config.storage().existing())) {
      return database.epoch().renewByHand().id();
    }
  }

  /** Changes its database. */
  void execute(String sql) {
    try (var database = Database.open(config.storage().existing())) {
      var _ =
          database.write(
              "change for a test",
              connection -> {
                try (var statement = connection.prepareStatement(sql)) {
                  return statement.executeUpdate();
                }
              });
    }
  }

  /** A connection on which nobody is logged in. */
  TestUser connect() {
    return TestUser.connect(port());
  }

  /** The same from another address of this machine, to which the limits by address apply. */
  TestUser connectFrom(String address) {
    return TestUser.connectFrom(port(), address);
  }

  /** A user whose name begins so, registered but not logged in. */
  TestUser registered(String name) {
    return TestUser.registered(port(), name);
  }

  /** A user whose name begins so, logged in. */
  TestUser loggedIn(String name) {
    return TestUser.loggedIn(port(), name);
  }

  /** Another device of a user, logged in. */
  TestUser secondDeviceOf(TestUser user) {
    var device = connect();
    device.actAs(user);
    device.logIn();
    return device;
  }

  /** A connection of a C++ client with the original's numbers. */
  LegacyUser legacy() {
    return LegacyUser.connect(port(), LegacyUser.Numbering.A);
  }

  /** A C++ client's user, logged in. */
  LegacyUser legacyLoggedIn(String name) {
    return legacyLoggedIn(name, LegacyUser.Numbering.A);
  }

  LegacyUser legacyLoggedIn(String name, LegacyUser.Numbering numbering) {
    var user = LegacyUser.connect(port(), numbering);
    user.register(TestUser.unique(name));
    user.logIn();
    return user;
  }

  /** Sends its clients away, as when it is told to stop. */
  void drain() {
    server.drain();
  }

  /** Cuts that short. */
  void hurry() {
    server.hurry();
  }

  /** Stops it. */
  void stop() {
    server.close();
  }

  /** Stops it, and starts it again with the same data on another port. */
  void restart() {
    stop();
    try {
      server = ServerWiring.start(config, clock);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ConfigException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Override
  public void close() {
    try (logs) {
      server.close();
    } finally {
      delete(directory);
    }
  }

  private static void delete(Path directory) {
    try (var files = Files.list(directory)) {
      for (var file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
