package io.chatserver.client.delivery;

import static io.chatserver.client.FakeServer.NOON;
import static io.chatserver.client.delivery.SessionFixture.WITH_BOB;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PrivateFilesTest {
  @RegisterExtension final SessionFixture fixture = new SessionFixture();

  private List<Path> files() throws IOException {
    try (var files = Files.walk(fixture.state)) {
      return files.filter(file -> !file.equals(fixture.state)).toList();
    }
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private void checkAll() throws IOException {
    assertThat(files())
        .extracting(file -> file.getFileName().toString())
        .contains("outbox", "cursors", "lock", "device-1");
    for (var file : files()) {
      assertThat(permissions(file))
          .as(file.toString())
          .isEqualTo(Files.isDirectory(file) ? "rwx------" : "rw-------");
    }
  }

  @Test
  void whatPeopleSayIsReadableForItsOwnerAlone() throws IOException {
    try (var session = fixture.loggedIn()) {
      session.send(WITH_BOB, "hello");
      fixture.awaitSend("hello Stored[seq=1, at=" + NOON + "]");
      checkAll();
    }
    for (var file : files()) {
      boolean isDirectory = Files.isDirectory(file);
      Files.setPosixFilePermissions(
          file, PosixFilePermissions.fromString(isDirectory ? "rwxr-xr-x" : "rw-r--r--"));
    }
    try (var _ = fixture.loggedIn()) {
      checkAll();
    }
  }
}
