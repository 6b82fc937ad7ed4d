package io.chatserver.server.storage;

import org.junit.jupiter.api.extension.RegisterExtension;

class DatabaseTest extends DatabaseContract {
  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.sqlite();

  DatabaseTest() {
    super(DATABASE);
  }
}
