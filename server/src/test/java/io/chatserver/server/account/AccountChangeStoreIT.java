package io.chatserver.server.account;

import io.chatserver.server.storage.TestDatabase;
import org.junit.jupiter.api.extension.RegisterExtension;

class AccountChangeStoreIT extends AccountChangeStoreContract {
  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.mariaDb();

  AccountChangeStoreIT() {
    super(DATABASE);
  }
}
