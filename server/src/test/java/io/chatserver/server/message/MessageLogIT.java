package io.chatserver.server.message;

import io.chatserver.server.storage.TestDatabase;
import org.junit.jupiter.api.extension.RegisterExtension;

class MessageLogIT extends MessageLogContract {
  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.mariaDb();

  MessageLogIT() {
    super(DATABASE);
  }
}
