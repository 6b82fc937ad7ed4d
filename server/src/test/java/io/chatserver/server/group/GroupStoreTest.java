package io.chatserver.server.group;

import io.chatserver.server.storage.TestDatabase;
import org.junit.jupiter.api.extension.RegisterExtension;

class GroupStoreTest extends GroupStoreContract {
  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.sqlite();

  GroupStoreTest() {
    super(DATABASE);
  }
}
