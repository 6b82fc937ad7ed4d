package io.chatserver.client.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserFilesTest {
  @TempDir Path home;

  @Test
  void liesInTheStateDirectoryOfTheUser() throws IOException {
    var directory = UserFiles.stateDirectory(Map.of(), home.toString());

    assertThat(directory).isEqualTo(home.resolve(".local/state/chatserver"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
        .isEqualTo("rwx------");
    assertThat(UserFiles.stateDirectory(Map.of(), home.toString())).isEqualTo(directory);
  }

  @Test
  void believesTheEnvironmentBeforeTheSystem() throws IOException {
    var other = home.resolve("other");

    assertThat(UserFiles.stateDirectory(Map.of("HOME", other.toString()), home.toString()))
        .isEqualTo(other.resolve(".local/state/chatserver"));
    assertThat(UserFiles.stateDirectory(Map.of("HOME", "?"), home.toString()))
        .isEqualTo(home.resolve(".local/state/chatserver"));
  }

  @Test
  void closesADirectoryThatWasOpenToOthers() throws IOException {
    var directory = Files.createDirectories(home.resolve(".local/state/chatserver"));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));

    UserFiles.stateDirectory(Map.of(), home.toString());

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
        .isEqualTo("rwx------");
  }

  @Test
  void followsXdgWhereItNamesAnAbsolutePath() throws IOException {
    var xdg = home.resolve("xdg");

    assertThat(UserFiles.stateDirectory(Map.of("XDG_STATE_HOME", xdg.toString()), home.toString()))
        .isEqualTo(xdg.resolve("chatserver"));
    assertThat(UserFiles.stateDirectory(Map.of("XDG_STATE_HOME", "relative"), home.toString()))
        .isEqualTo(home.resolve(".local/state/chatserver"));
  }
}
