package io.chatserver.server.storage;

import io.chatserver.server.config.ServerConfig;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Where test databases are made, and how one is made to fail. */
interface DatabaseKind {
  void start(ExtensionContext context);

  /** Makes an empty database, and gives the settings for it. */
  Map<String, String> createDatabase();

  TestDatabase.Outage breakDown(ServerConfig.Storage database);

  void stop();
}
