package io.chatserver.server.message;

import io.chatserver.server.storage.TestDatabase;
import org.junit.jupiter.api.extension.RegisterExtension;

class CursorsIT extends CursorsContract {
  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.mariaDb();

  CursorsIT() {
    super(DATABASE);
  }
}
