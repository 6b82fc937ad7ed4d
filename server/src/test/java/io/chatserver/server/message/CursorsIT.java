package io.chatserver.server.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.server.storage.TestDatabase;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CursorsIT extends CursorsContract {
  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.mariaDb();

  CursorsIT() {
    super(DATABASE);
  }

  /**
   * As by a node that is stopped in the middle of a transaction: others can log in all the same.
   */
  @Test
  void aFlushDoesNotFailForWhatIsLocked() throws SQLException {
    var cursor =
        new Cursor(
            DATABASE.newUser("bob"),
            DATABASE.newGroupConversation(),
            DATABASE.database().epoch().current().id());
    var mine = " FROM member WHERE user_id = " + cursor.user();
    DATABASE.execute(
        "INSERT INTO member (user_id, conversation_id, role, joined_seq, received_seq)"
            + " VALUES (%s, %d, 1, 0, 0)".formatted(cursor.user(), cursor.conversation().value()));
    var config = DATABASE.config(Map.of());
    try (var stopped =
            DriverManager.getConnection(config.url(), config.user(), config.password().value());
        var statement = stopped.createStatement();
        var cursors = new Cursors(new MemberStore(DATABASE.database()), _ -> {})) {
      stopped.setAutoCommit(false);
      statement.executeQuery("SELECT *" + mine + " FOR UPDATE").close();
      cursors.moved(cursor, 5, 0);
      cursors.flush();
      assertThat(DATABASE.number("SELECT received_seq" + mine)).isZero();

      stopped.rollback();
      cursors.flush();
      assertThat(DATABASE.number("SELECT received_seq" + mine)).isEqualTo(5);
    }
  }
}
