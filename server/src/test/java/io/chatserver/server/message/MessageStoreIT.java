package io.chatserver.server.message;

import io.chatserver.server.storage.TestDatabase;
import org.junit.jupiter.api.extension.RegisterExtension;

class MessageStoreIT extends MessageStoreContract {
  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.mariaDb();

  MessageStoreIT() {
    super(DATABASE);
  }
}
