package io.chatserver.server.message;

import io.chatserver.server.storage.TestDatabase;
import org.junit.jupiter.api.extension.RegisterExtension;

class MessageLogTest extends MessageLogContract {
  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.sqlite();

  MessageLogTest() {
    super(DATABASE);
  }
}
