package io.chatserver.client.view;

import io.chatserver.client.delivery.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Where the client keeps what outlives it, for its user's eyes only. */
public final class UserFiles {
  private UserFiles() {}

  /**
   * The client's directory, made if it is not there, and closed to others if it is: {@code
   * chatserver} in the user's state directory of the XDG rules.
   */
  public static Path stateDirectory(Map<String, String> environment, Path home) throws IOException {
    var xdg = environment.getOrDefault("XDG_STATE_HOME", "");
    var parent = xdg.startsWith("/") ? Path.of(xdg) : home.resolve(".local/state");
    Files.createDirectories(parent);
    var directory = parent.resolve("chatserver");
    PrivateFiles.directory(directory);
    return directory;
  }
}
