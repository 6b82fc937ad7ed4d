package io.chatserver.bench.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerProcessTest {
  private static final int KILLED = 128 + 9;
  private static final String GOOD =
      """
      #!/bin/sh
      trap 'echo stopping; exit 7' TERM
      echo "arguments: $*"
      echo "INFO listening on $1:$2"
      while :; do sleep 0.05; done
      """;

  @TempDir private Path directory;

  @Test
  void isReadyWhenItListens() throws IOException {
    try (var server = ServerProcess.start(launcher(GOOD), settings())) {
      assertThat(server.isAlive()).isTrue();
      assertThat(server.address().getPort()).isEqualTo(server.port());
      assertThat(server.output())
          .contains(
              "arguments: 127.0.0.1 " + server.port() + " --set a.b=1 --set data.dir=" + directory);
      assertThat(server.usage().residentBytes()).isPositive();
    }
  }

  @Test
  void endsWithItsOwnExitCode() throws IOException {
    try (var server = ServerProcess.start(launcher(GOOD), settings())) {
      assertThat(server.terminate()).isEqualTo(7);
      assertThat(server.isAlive()).isFalse();
      assertThat(server.terminate()).isEqualTo(7);
    }
  }

  @Test
  void startsAgainOnItsPortAfterAKill() throws IOException {
    try (var server = ServerProcess.start(launcher(GOOD), settings())) {
      int port = server.port();
      long pid = server.pid();

      server.kill();
      assertThat(server.terminate()).isEqualTo(KILLED);
      server.restart();

      assertThat(server.port()).isEqualTo(port);
      assertThat(server.pid()).isNotEqualTo(pid);
      assertThat(server.output()).contains("listening on 127.0.0.1:" + port);
    }
  }

  @Test
  void itsFilesCanBeLimited() throws IOException {
    try (var server = ServerProcess.start(launcher(GOOD), settings())) {
      var limits = Path.of("/proc", Long.toString(server.pid()), "limits");
      server.limitFiles(4096);
      assertThat(Files.readString(limits)).containsPattern("Max file size +4096 +unlimited");
      server.unlimitFiles();
      assertThat(Files.readString(limits)).containsPattern("Max file size +unlimited +unlimited");
    }
  }

  @Test
  void canBeSuspended() throws IOException {
    try (var server = ServerProcess.start(launcher(GOOD), settings())) {
      // The kernel delivers signals in its own time.
      server.suspend();
      await().until(() -> state(server.pid()).equals("T"));
      server.resume();
      await().until(() -> !state(server.pid()).equals("T"));
      server.suspend();
    }
  }

  @Test
  void tellsWhatAServerSaidThatDidNotStart() throws IOException {
    var launcher = launcher("#!/bin/sh\necho 'unknown key a.b'\nexit 3\n");

    assertThatThrownBy(() -> ServerProcess.start(launcher, settings()))
        .isInstanceOf(ProcessFailed.class)
        .hasMessageContaining("ended with 3")
        .hasMessageContaining("unknown key a.b");
  }

  @Test
  void tellsThatALauncherIsMissing() {
    assertThatThrownBy(() -> ServerProcess.start(directory.resolve("none"), Map.of()))
        .isInstanceOf(ProcessFailed.class)
        .hasMessageContaining("cannot be started");
  }

  private Map<String, String> settings() {
    var settings = new TreeMap<>(ServerProcess.embedded(directory));
    settings.put("a.b", "1");
    return settings;
  }

  private Path launcher(String script) throws IOException {
    var file = Files.writeString(directory.resolve("server"), script);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static String state(long pid) throws IOException {
    var stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    return stat.substring(stat.lastIndexOf(')') + 2).substring(0, 1);
  }
}
