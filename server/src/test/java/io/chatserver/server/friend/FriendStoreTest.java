package io.chatserver.server.friend;

import io.chatserver.server.storage.TestDatabase;
import org.junit.jupiter.api.extension.RegisterExtension;

class FriendStoreTest extends FriendStoreContract {
  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.sqlite();

  FriendStoreTest() {
    super(DATABASE);
  }
}
