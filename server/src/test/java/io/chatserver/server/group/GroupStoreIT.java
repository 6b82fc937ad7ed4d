package io.chatserver.server.group;

import io.chatserver.server.storage.TestDatabase;
import org.junit.jupiter.api.extension.RegisterExtension;

class GroupStoreIT extends GroupStoreContract {
  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.mariaDb();

  GroupStoreIT() {
    super(DATABASE);
  }
}
