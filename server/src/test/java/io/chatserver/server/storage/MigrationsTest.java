package io.chatserver.server.storage;

import io.chatserver.server.config.ServerConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.RegisterExtension;

class MigrationsTest extends MigrationsContract {
  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.sqlite();

  MigrationsTest() {
    super(DATABASE);
  }

  @Override
  void applyByHand(ServerConfig.Storage config, Path file) {
    try {
      execute(config, Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
