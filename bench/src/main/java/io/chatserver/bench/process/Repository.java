package io.chatserver.bench.process;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Finds files of this repository. */
final class Repository {
  private Repository() {}

  /** The directory that holds {@code bin/}. */
  static Path home() {
    return file("bin", "server").resolve("..", "..").normalize();
  }

  /** A file of the directory that holds {@code bin/}, which is above the working directory. */
  static Path file(String directory, String name) {
    var home = System.getProperty(ServerProcess.HOME_PROPERTY);
    var start = Path.of(home == null ? "" : home).toAbsolutePath();
    for (@Nullable Path at = start; at != null; at = at.getParent()) {
      var file = at.resolve(directory).resolve(name);
      if (Files.isRegularFile(file)) {
        return file;
      }
    }
    throw new ProcessFailed("no " + directory + "/" + name + " in or above " + start);
  }
}
