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
   * Creates the client's directory, or removes the access of other users to an existing one. It is
   * {@code chatserver} in the user's state directory by the XDG rules.
   *
   * @param passwdHome the home directory of the system, if {@code HOME} is not set
   */
  public static Path stateDirectory(Map<String, String> environment, String passwdHome)
      throws IOException {
    var xdg = environment.getOrDefault("XDG_STATE_HOME", "");
    var home = environment.getOrDefault("HOME", "");
    var parent =
        xdg.startsWith("/")
            ? Path.of(xdg)
            : Path.of(home.startsWith("/") ? home : passwdHome).resolve(".local/state");
    Files.createDirectories(parent);
    var directory = parent.resolve("chatserver");
    PrivateFiles.directory(directory);
    return directory;
  }
}
