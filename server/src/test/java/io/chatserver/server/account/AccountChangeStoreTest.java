package io.chatserver.server.account;

import io.chatserver.server.storage.TestDatabase;
import org.junit.jupiter.api.extension.RegisterExtension;

class AccountChangeStoreTest extends AccountChangeStoreContract {
  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.sqlite();

  AccountChangeStoreTest() {
    super(DATABASE);
  }
}
