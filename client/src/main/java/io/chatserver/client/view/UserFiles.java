package io.chatserver.client.view;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/** Where the client keeps what outlives it, for its user's eyes only. */
public final class UserFiles {
  private UserFiles() {}

  /**
   * The client's directory, made if it is not there: {@code chatserver} in the user's state
   * directory of the XDG rules.
   */
  public static Path stateDirectory(Map<String, String> environment, Path home) throws IOException {
    var xdg = environment.getOrDefault("XDG_STATE_HOME", "");
    var parent = xdg.startsWith("/") ? Path.of(xdg) : home.resolve(".local/state");
    Files.createDirectories(parent);
    var directory = parent.resolve("chatserver");
    if (!Files.isDirectory(directory)) {
      var ownerOnly = PosixFilePermissions.fromString("rwx------");
      Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(ownerOnly));
    }
    return directory;
  }
}
