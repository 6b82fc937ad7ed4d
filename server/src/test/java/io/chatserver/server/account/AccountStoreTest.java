package io.chatserver.server.account;

import io.chatserver.server.storage.TestDatabase;
import org.junit.jupiter.api.extension.RegisterExtension;

class AccountStoreTest extends AccountStoreContract {
  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.sqlite();

  AccountStoreTest() {
    super(DATABASE);
  }
}
