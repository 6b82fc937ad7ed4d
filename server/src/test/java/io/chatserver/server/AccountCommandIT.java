package io.chatserver.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.bench.process.ServerProcess;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.UserId;
import io.chatserver.server.storage.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/server account}, beside a running server and without one. */
class AccountCommandIT {
  private static final Path LAUNCHER = Path.of("../bin/server").toAbsolutePath().normalize();
  private static final Duration A_FEW_SECONDS = Duration.ofSeconds(60);
  private static final String PASSWORD = "a good password";

  @RegisterExtension static final TestDatabase MARIA_DB = TestDatabase.mariaDb();

  @TempDir private Path directory;

  private record Ended(int code, String output, String error) {
    void refused(int expectedCode, String words) {
      assertThat(error).hasLineCount(1).startsWith("chatserver: ").contains(words);
      assertThat(error).doesNotContain("Exception", PASSWORD, "\tat ");
      assertThat(output).isEmpty();
      assertThat(code).isEqualTo(expectedCode);
    }

    String done() {
      assertThat(error).isEmpty();
      assertThat(code).isZero();
      return output;
    }
  }

  private static Command.Login login(int user, String password) {
    return new Command.Login(new Command.Identity.ById(new UserId(user)), password);
  }

  @Test
  void worksBesideARunningServer() throws Exception {
    var data = directory.resolve("data");
    var settings = new TreeMap<>(ServerProcess.embedded(data));
    settings.put("account.registration", "closed");
    settings.put("storage.slow_statement", "1m");
    try (var server = ServerProcess.start(settings);
        var device = TestUser.connect(server.port())) {
      assertThat(device.refusal(new Command.Register("ann", PASSWORD)))
          .isEqualTo(ErrorCode.REGISTRATION_CLOSED);

      var added = run(PASSWORD + "\nmore\n", "add", "ann").done();
      assertThat(added)
          .matches("1\tann\tenabled\tuser\t\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ\n");
      assertThat(device.request(login(1, PASSWORD))).isInstanceOf(Reply.LoggedIn.class);

      assertThat(run("", "disable", "ann").done()).startsWith("1\tann\tdisabled\tuser\t");
      assertThat(device.awaitClosing()).isEqualTo(DisconnectReason.ACCOUNT_DISABLED);
      assertThat(run("", "enable", "1").done()).startsWith("1\tann\tenabled\t");

      var file = Files.writeString(directory.resolve("password"), "a better password\r\n");
      run("", "passwd", "1", "--password-file", file.toString()).done();
      run("", "admin", "ann").done();
      try (var again = TestUser.connect(server.port())) {
        assertThat(again.refusal(login(1, PASSWORD))).isEqualTo(ErrorCode.INVALID_CREDENTIALS);
        assertThat(again.request(login(1, "a better password"))).isInstanceOf(Reply.LoggedIn.class);
      }
      assertThat(run("", "list").done()).startsWith("1\tann\tenabled\tadmin\t").hasLineCount(1);
      assertThat(server.output()).doesNotContain("WARN", "ERROR");
      assertThat(server.terminate()).isZero();
    }
    // And without one.
    assertThat(run("", "admin", "1", "--revoke").done()).startsWith("1\tann\tenabled\tuser\t");
    refusals();
  }

  private void refusals() throws Exception {
    run("", "disable", "bob").refused(4, "no such user");
    run("", "enable", "1", "--by-name").refused(4, "no such user");
    run(PASSWORD, "add", "ann").refused(5, "the name is taken");
    run("short", "add", "bob").refused(6, "at least 8 characters");
    run("", "add", "bob").refused(6, "there is no password in standard input");
    assertThat(run("").code()).isEqualTo(2);
    assertThat(run("", "add", "bob", "--password", PASSWORD).code()).isEqualTo(2);
  }

  @Test
  void beginsANewEpochBesideARunningServer() throws Exception {
    var settings = ServerProcess.embedded(directory.resolve("data"));
    try (var server = ServerProcess.start(settings);
        var user = TestUser.loggedIn(server.port(), "ann")) {
      var epoch = runServer("", "new-epoch", "--set", "data.dir=" + directory.resolve("data"));

      assertThat(epoch.done()).matches("[0-9a-f]{16}\n");
      assertThat(user.awaitClosing()).isEqualTo(DisconnectReason.NEW_EPOCH);
      assertThat(server.output()).contains("the log has a new epoch, " + epoch.output().strip());
      assertThat(server.terminate()).isZero();
    }
  }

  @Test
  void makesNoDatabaseThatIsNotThere() throws Exception {
    run("", "list").refused(1, "there is no database");
    runServer("", "new-epoch", "--set", "data.dir=" + directory.resolve("data"))
        .refused(1, "there is no database");
    assertThat(directory.resolve("data")).doesNotExist();
  }

  @Test
  void worksOnMariaDb() throws Exception {
    var storage = MARIA_DB.config(Map.of());
    var settings =
        new String[] {
          "--set", "storage.url=" + storage.url(),
          "--set", "storage.user=" + storage.user(),
          "--set", "storage.password=" + storage.password().value()
        };

    var added = run(PASSWORD, with(settings, "add", "cyd")).done().split("\t", -1);

    assertThat(run("", with(settings, "disable", added[0])).done())
        .startsWith(added[0] + "\tcyd\tdisabled\t");
    assertThat(MARIA_DB.number("SELECT disabled FROM account WHERE id = " + added[0])).isOne();
  }

  private static String[] with(String[] settings, String... arguments) {
    var all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of(settings));
    return all.toArray(String[]::new);
  }

  private Ended run(String input, String... arguments) throws IOException, InterruptedException {
    var all = new ArrayList<>(List.of("account"));
    all.addAll(List.of(arguments));
    if (arguments.length > 0) {
      all.addAll(List.of("--set", "data.dir=" + directory.resolve("data")));
    }
    return runServer(input, all.toArray(String[]::new));
  }

  private Ended runServer(String input, String... arguments)
      throws IOException, InterruptedException {
    var in = Files.writeString(Files.createTempFile(directory, "run", ".in"), input);
    var output = Files.createTempFile(directory, "run", ".out");
    var error = Files.createTempFile(directory, "run", ".err");
    var command = new ArrayList<>(List.of(LAUNCHER.toString()));
    command.addAll(List.of(arguments));
    var builder =
        new ProcessBuilder(command)
            .redirectInput(in.toFile())
            .redirectOutput(output.toFile())
            .redirectError(error.toFile());
    // The warning of a slow statement depends on the load of the machine.
    builder.environment().put("CHATSERVER_STORAGE_SLOW_STATEMENT", "1m");
    builder.environment().put("JAVA_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
    var process = builder.start();
    try {
      assertThat(process.waitFor(A_FEW_SECONDS)).as("ended by itself").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Ended(process.exitValue(), Files.readString(output), Files.readString(error));
  }
}
