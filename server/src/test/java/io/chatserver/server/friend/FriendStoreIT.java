package io.chatserver.server.friend;

import io.chatserver.server.storage.TestDatabase;
import org.junit.jupiter.api.extension.RegisterExtension;

class FriendStoreIT extends FriendStoreContract {
  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.mariaDb();

  FriendStoreIT() {
    super(DATABASE);
  }
}
