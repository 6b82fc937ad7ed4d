package io.chatserver.bench.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** A directory for the data of a server that is started; it ends with the check. */
public final class DataDirectory implements AutoCloseable {
  private final Path path;
  private final Thread deleteAtExit = new Thread(this::delete, "delete-data");

  /** Makes one. */
  public DataDirectory() throws IOException {
    path = Files.createTempDirectory("chatserver-check");
    // An interrupted check leaves nothing behind either.
    Runtime.getRuntime().addShutdownHook(deleteAtExit);
  }

  public Path path() {
    return path;
  }

  private void delete() {
    try (var files = Files.walk(path)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException _) {
      // A server that is just being killed may still write.
    }
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(deleteAtExit);
    delete();
  }
}
