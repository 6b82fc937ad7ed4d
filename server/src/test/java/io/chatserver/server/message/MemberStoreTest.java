package io.chatserver.server.message;

import io.chatserver.server.storage.TestDatabase;
import org.junit.jupiter.api.extension.RegisterExtension;

class MemberStoreTest extends MemberStoreContract {
  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.sqlite();

  MemberStoreTest() {
    super(DATABASE);
  }
}
