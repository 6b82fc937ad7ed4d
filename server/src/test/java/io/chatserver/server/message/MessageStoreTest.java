package io.chatserver.server.message;

import io.chatserver.server.storage.TestDatabase;
import org.junit.jupiter.api.extension.RegisterExtension;

class MessageStoreTest extends MessageStoreContract {
  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.sqlite();

  MessageStoreTest() {
    super(DATABASE);
  }
}
