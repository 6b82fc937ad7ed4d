package io.chatserver.server;

import io.chatserver.bench.process.ServerProcess;
import java.nio.file.Path;
import java.util.Map;

class SqliteCrashIT extends CrashCases {
  @Override
  Map<String, String> emptyDatabase(Path directory) {
    return ServerProcess.embedded(directory);
  }
}
