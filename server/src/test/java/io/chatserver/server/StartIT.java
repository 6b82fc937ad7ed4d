package io.chatserver.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chatserver.bench.process.ServerProcess;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Reply;
import io.chatserver.server.config.ConfigLoader;
import io.chatserver.server.config.TestConfig;
import io.chatserver.server.storage.Database;
import io.chatserver.server.storage.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The server as a process: what it says when it cannot start, and how it stops. */
class StartIT {
  private static final Path LAUNCHER = Path.of("../bin/server").toAbsolutePath().normalize();
  private static final Duration A_FEW_SECONDS = Duration.ofSeconds(20);
  private static final String QUICK_START = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

  @RegisterExtension static final TestDatabase MARIA_DB = TestDatabase.mariaDb();

  @TempDir private Path directory;

  /** What a run of the launcher ended with. */
  private record Ended(int code, String output, String error) {
    void refused(int expectedCode, String... words) {
      assertThat(error).hasLineCount(1).startsWith("chatserver: ").contains(words);
      assertThat(error).doesNotContain("Exception", "s3cret", "\tat ");
      assertThat(output).isEmpty();
      assertThat(code).isEqualTo(expectedCode);
    }
  }

  @Test
  void saysThatAPortIsTaken() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var port = Integer.toString(taken.getLocalPort());

      run("127.0.0.1", port).refused(1, "cannot listen on 127.0.0.1:" + port, "in use");
    }
  }

  @Test
  void saysThatAnAddressIsUnknown() throws Exception {
    run("no-such-host.invalid", "0")
        .refused(1, "cannot listen on no-such-host.invalid:0: listen.host names no address");
  }

  @Test
  void saysThatTheDataDirectoryIsNotUsable() throws Exception {
    var file = Files.writeString(directory.resolve("file"), "");
    run("--set", "data.dir=" + file).refused(1, "data.dir " + file, "not a usable directory");
    run("--set", "data.dir=/proc/none").refused(1, "data.dir /proc/none");

    var odd = Files.createDirectories(directory.resolve("odd/chat.db")).getParent();
    run("--set", "data.dir=" + odd).refused(1, "storage.url jdbc:sqlite:" + odd + "/chat.db: ");

    var garbage = Files.createDirectory(directory.resolve("garbage"));
    Files.writeString(garbage.resolve("chat.db"), "no database ".repeat(1000));
    run("--set", "data.dir=" + garbage).refused(1, garbage + "/chat.db: ", "not a database");
  }

  @Test
  void saysThatAnotherServerUsesTheDatabase() throws Exception {
    var data = Files.createDirectory(directory.resolve("data"));
    var url = "jdbc:sqlite:" + data.resolve("chat.db");
    try (var server = ServerProcess.start(ServerProcess.embedded(data))) {
      run("127.0.0.1", "0").refused(1, "another server uses data.dir " + data);
      run("127.0.0.1", "0", "--set", "storage.url=" + url + "?cache=private")
          .refused(1, "another server uses storage.url " + url);

      server.kill();
      server.restart();
      assertThat(server.terminate()).isZero();
      server.restart();
    }
  }

  @Test
  void isOneServerByWhateverLinksItsDatabaseIsReached() throws Exception {
    var data = Files.createDirectory(directory.resolve("data"));
    var linked = Files.createSymbolicLink(directory.resolve("linked"), data);
    var other = Files.createDirectory(directory.resolve("other"));
    Files.createSymbolicLink(other.resolve("chat.db"), data.resolve("chat.db"));
    try (var server = ServerProcess.start(ServerProcess.embedded(data))) {
      run("127.0.0.1", "0", "--set", "data.dir=" + linked)
          .refused(1, "another server uses data.dir " + linked);
      run("127.0.0.1", "0", "--set", "data.dir=" + other)
          .refused(1, "another server uses data.dir " + other);
      assertThat(other).isDirectoryNotContaining("glob:**.lock");
      assertThat(server.terminate()).isZero();
    }

    var second = Files.createLink(directory.resolve("second.db"), data.resolve("chat.db"));
    run("127.0.0.1", "0")
        .refused(1, "storage.url jdbc:sqlite:" + data, "the database's file has 2 names");
    Files.delete(second);
  }

  @Test
  void keepsWhatItStoresToItsOwnerWhateverTheUmask() throws Exception {
    var data = Files.createDirectory(directory.resolve("data"));
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
    var launcher =
        Files.writeString(
            directory.resolve("start"), "#!/bin/sh\numask 0\nexec " + LAUNCHER + " \"$@\"\n");
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));

    try (var server = ServerProcess.start(launcher, ServerProcess.embedded(data));
        var files = Files.walk(data)) {
      assertThat(files.toList())
          .hasSizeGreaterThan(5)
          .allSatisfy(file ->
              assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                  .as(file.toString())
                  .isEqualTo(Files.isDirectory(file) ? "rwx------" : "rw-------"));
      await()
          .until(
              () -> server.output().contains(data + " was open to others (rwxr-xr-x), and is not"));
      assertThat(server.output()).doesNotContain("WARN");
    }
  }

  @Test
  void refusesWhatItCannotKeepWhileItsDatabaseIsGone() throws Exception {
    var database = directory.resolve("chat.db");
    var aside = directory.resolve("aside.db");
    try (var server = ServerProcess.start(ServerProcess.embedded(directory));
        var alice = TestUser.loggedIn(server.port(), "alice");
        var bob = TestUser.loggedIn(server.port(), "bob")) {
      alice.say(bob, "before");
      assertThat(bob.nextMessage().text()).isEqualTo("before");

      Files.move(database, aside);
      await().until(() -> server.output().contains("chat.db was removed or replaced"));
      checkUnavailable(alice.request(new Command.SendDirect(bob.id(), "meanwhile")));
      checkUnavailable(alice.request(new Command.AddFriend(bob.id())));
      try (var carol = TestUser.connect(server.port())) {
        checkUnavailable(carol.request(new Command.Register("carol", "her password")));
      }
      assertThat(database).doesNotExist();

      Files.move(aside, database);
      await().until(() -> server.output().contains("chat.db is back"));
      alice.say(bob, "after");
      assertThat(bob.nextMessage().text()).isEqualTo("after");
      assertThat(server.output()).containsOnlyOnce("was removed or replaced: nothing is stored");
      assertThat(server.terminate()).isZero();
    }
    assertThat(directory.resolve("chat.db-wal")).doesNotExist();
  }

  private static void checkUnavailable(Reply reply) {
    assertThat(reply)
        .isInstanceOfSatisfying(
            Reply.Failed.class,
            failed -> assertThat(failed.code()).isEqualTo(ErrorCode.STORAGE_UNAVAILABLE));
  }

  @Test
  void leavesOneLibraryHoweverOftenItIsKilled() throws Exception {
    try (var server = ServerProcess.start(ServerProcess.embedded(directory))) {
      var libraries = directory.resolve("chat.db.native");
      for (int kill = 0; kill < 2; kill++) {
        server.kill();
        try (var files = Files.list(libraries)) {
          assertThat(files).as("the library and its mark").hasSize(2);
        }
        server.restart();
      }

      server.terminate();
      assertThat(libraries).isEmptyDirectory();
    }
  }

  @Test
  void saysWhatIsWrongWithTheDatabase() throws Exception {
    var storage = MARIA_DB.config(Map.of());
    var server = storage.url().substring(0, storage.url().lastIndexOf('/'));
    var user = "storage.user=" + storage.user();
    var password = "storage.password=" + storage.password().value();
    var patience = "storage.connect_timeout=1s";

    run("--set", "storage.url=" + storage.url(), "--set", user, "--set", "storage.password=s3cret")
        .refused(
            1, "storage.url " + storage.url() + ": ", "Access denied for user '" + storage.user());
    run("--set", "storage.url=" + server + "/none", "--set", user, "--set", password)
        .refused(1, "storage.url " + server + "/none: ", "none'");
    run("--set", "storage.url=jdbc:mysql://no-such-host.invalid/chat", "--set", patience)
        .refused(1, "storage.url jdbc:mysql://no-such-host.invalid/chat: ", "no-such-host.invalid");
    run("--set", "storage.url=jdbc:mysql://127.0.0.1:1/chat", "--set", patience)
        .refused(1, "storage.url jdbc:mysql://127.0.0.1:1/chat: ", "refused");
    run("--set", "storage.url=jdbc:mysql:chat", "--set", patience)
        .refused(1, "storage.url jdbc:mysql:chat: ");
  }

  @Test
  void showsNoPasswordOfAUrl() throws Exception {
    var patience = "storage.connect_timeout=250ms";
    var refused = "chatserver: storage.url jdbc:mysql://u:***@127.0.0.1:1/chat: cannot connect: ";

    run("--set", "storage.url=jdbc:mysql://u:s3cret@127.0.0.1:1/chat", "--set", patience)
        .refused(1, refused + "Connection refused");
    run("--set", "storage.url=jdbc:mysql://u:s3cret/@127.0.0.1:1/chat", "--set", patience)
        .refused(1, refused + "the URL is malformed");
    run("--set", "storage.url=jdbc:postgresql://u:s3cret@h/chat").refused(2, "//u:***@h/chat");
  }

  @Test
  void saysThatTheSchemaIsMissing() throws Exception {
    run("--set", "storage.migrate=false").refused(1, "wrong schema", "sql/sqlite");
  }

  @Test
  void saysWhatIsWrongWithItsSettings() throws Exception {
    var file = Files.writeString(directory.resolve("chat.toml"), "[listen]\nprot = 6000\n");
    var missing = directory.resolve("missing.toml");

    run("--config", file.toString())
        .refused(2, file + ": unknown key listen.prot; allowed there: host");
    run("--config", missing.toString()).refused(2, "cannot read " + missing);
    run("--set", "log.writers=many").refused(2, "log.writers is \"many\"; allowed: a whole number");
    run("127.0.0.1", "65536").refused(2, "listen.port is 65536; allowed: 0 to 65535");
    run(Map.of("CHATSERVER_LISTEN_PROT", "1"), directory, LAUNCHER)
        .refused(2, "environment variable CHATSERVER_LISTEN_PROT: unknown key listen.prot");
  }

  @Test
  void saysWhatItsCommandLineIs() throws Exception {
    var wrong = run("--prot");
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.error()).contains("Unknown option: '--prot'").doesNotContain("\tat ");

    var help = run("--help");
    assertThat(help.code()).isZero();
    assertThat(help.output()).contains("Usage: server", "--config", "--set", "--print-config");
    assertThat(help.error()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"server,3", "bench,3", "client,70"})
  void saysThatThereIsNoJdk(String name, int expectedCode) throws Exception {
    var launcher = LAUNCHER.resolveSibling(name);
    // What the launcher asks for the version of each JDK.
    var sed = Files.writeString(directory.resolve("sed"), "#!/bin/sh\necho 17\n");
    Files.setPosixFilePermissions(sed, PosixFilePermissions.fromString("rwxr-xr-x"));
    var path = directory + ":" + System.getenv("PATH");

    var ended = run(Map.of("PATH", path), directory, launcher, "--version");

    assertThat(ended.error()).contains("No JDK 25 or newer was found");
    assertThat(ended.output()).isEmpty();
    assertThat(ended.code()).isEqualTo(expectedCode);
  }

  @Test
  void printsItsDefaultsInAFormThatItReads() throws Exception {
    var defaults = run("--print-config");
    assertThat(defaults.code()).isZero();
    assertThat(defaults.error()).isEmpty();
    assertThat(defaults.output())
        .isEqualTo(Files.readString(Path.of("src/main/resources/chatserver.toml")));

    var file = Files.writeString(directory.resolve("chat.toml"), defaults.output());
    assertThat(ConfigLoader.load(file, Map.of(), Map.of())).isEqualTo(TestConfig.with(Map.of()));
  }

  @Test
  void startsFromAnywhereAndThroughALink() throws Exception {
    var link = Files.createSymbolicLink(directory.resolve("chat"), LAUNCHER);
    var elsewhere = Files.createDirectory(directory.resolve("a directory"));

    var version = run(Map.of(), elsewhere, link, "--version");

    assertThat(version.error()).isEmpty();
    assertThat(version.output()).matches("chatserver \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\n");
    assertThat(version.code()).isZero();
    assertThat(elsewhere).isEmptyDirectory();
  }

  @Test
  void stopsWhenItIsToldTo() throws Exception {
    try (var server = ServerProcess.start(ServerProcess.embedded(directory))) {
      assertThat(server.terminate()).isZero();

      await().until(() -> server.output().endsWith(": stopped"));
      assertThat(server.output()).doesNotContain("WARN", "ERROR");
    }
    assertThat(directory.resolve("chat.db")).isNotEmptyFile();
    assertThat(directory.resolve("chat.db-wal")).doesNotExist();
    var settings = new TreeMap<>(ServerProcess.embedded(directory));
    settings.put("storage.migrate", "false");
    Database.open(TestConfig.with(settings).storage()).close();
  }

  /** Their connections take files, which clients need. */
  @Test
  void hangsUpOnThoseWhoDoNotFinishAskingHowItIs() throws Exception {
    var settings = new TreeMap<>(ServerProcess.embedded(directory));
    int port = AdminClient.freePort();
    settings.put("admin.port", Integer.toString(port));
    try (var server = ServerProcess.start(settings);
        var slow = new Socket(InetAddress.getLoopbackAddress(), port)) {
      slow.setSoTimeout(Math.toIntExact(A_FEW_SECONDS.toMillis()));
      slow.getOutputStream().write("GET /ready HTTP/1.1\r\nX: ".getBytes(US_ASCII));

      assertThat(slow.getInputStream().read()).isNegative();
      assertThat(new AdminClient(port).get("/ready").statusCode()).isEqualTo(200);
      assertThat(new AdminClient(port).head("/ready").statusCode()).isEqualTo(405);
      assertThat(server.output()).doesNotContain("WARN");
    }
  }

  private Ended run(String... arguments) throws IOException, InterruptedException {
    var withData = new ArrayList<>(List.of("--set", "data.dir=" + directory.resolve("data")));
    withData.addAll(List.of(arguments));
    return run(Map.of(), directory, LAUNCHER, withData.toArray(String[]::new));
  }

  private Ended run(
      Map<String, String> environment, Path workingDirectory, Path launcher, String... arguments)
      throws IOException, InterruptedException {
    var output = Files.createTempFile(directory, "run", ".out");
    var error = Files.createTempFile(directory, "run", ".err");
    var command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    var builder =
        new ProcessBuilder(command)
            .directory(workingDirectory.toFile())
            .redirectOutput(output.toFile())
            .redirectError(error.toFile());
    builder.environment().put("JAVA_OPTS", QUICK_START);
    builder.environment().putAll(environment);
    var process = builder.start();
    try {
      assertThat(process.waitFor(A_FEW_SECONDS)).as("ended by itself").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Ended(process.exitValue(), Files.readString(output), Files.readString(error));
  }
}
